import { stepKey, type Step, type StepKind, type StepReason } from '../model/step.ts';
import type { RefusedStep } from './memory.ts';

/** What drains goes out first, alone if need be; every removal comes after what replaces it. */
const order: readonly (StepKind | 'drain' | 'replace' | 'room' | 'restore')[] = [
  'drain',
  // What stands at the port of a listener that is about to be made.
  'replace',
  'modify-load-balancer',
  'create-listener',
  'modify-listener',
  'create-rule',
  'modify-rule',
  'set-certificates',
  'room',
  'register',
  'restore',
  // A rule that is to serve again has its targets by now.
  'delete-redirect',
  'create-redirect',
  'deregister',
  'delete-rule',
  'delete-listener',
];

/**
 * Targets that go before others are registered: the old one of an address, so that its health goes with it, and one
 * that makes room at a full place.
 */
const goesFirst: ReadonlySet<StepReason> = new Set(['address-reused', 'makes-room']);

/** Steps that only add: nothing else depends on them, so a refused one is tried again after everything else. */
const lastIfRefused: ReadonlySet<StepKind> = new Set(['create-listener', 'create-rule', 'register']);

/**
 * Sorts steps into the order in which they are applied. What was refused the last time comes after its like, and what
 * would be made or registered comes last: a place that became free just now counts. A drain always goes out first.
 */
export function ordered(steps: readonly Step[], refused: readonly RefusedStep[]): readonly Step[] {
  const before = new Set(refused.map(({ step }) => stepKey(step)));
  const rank = (step: Step) => {
    const at = order.indexOf(groupOf(step));
    if (before.size === 0 || !before.has(stepKey(step))) return at;
    return lastIfRefused.has(step.kind) ? at + order.length : at + 0.5;
  };
  const ranked = steps.map((step) => ({ step, at: rank(step) }));
  return ranked.toSorted((a, b) => a.at - b.at).map(({ step }) => step);
}

function groupOf(step: Step): (typeof order)[number] {
  if (step.kind === 'delete-listener' && step.reason === 'replaced') return 'replace';
  if (step.kind === 'set-weight') return step.weight === 0 ? 'drain' : 'restore';
  return step.kind === 'deregister' && goesFirst.has(step.reason) ? 'room' : step.kind;
}
