import type { Binding } from '../model/binding.ts';
import type { CloudErrorKind } from '../model/cloud-error.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { slotOfPort } from '../model/place.ts';
import type { CreateListener, CreateRule, Step } from '../model/step.ts';
import type { RefusedStep } from './memory.ts';
import { claimsAt, isAtSamePort, replacedFor, wishAt, type ReplacedListener } from './replaced-listener.ts';
import { replacementsIn } from './replacement.ts';

/** So often a failure that may pass by itself leaves a port without a listener. */
const mostFailures = 3;

const isFinal: ReadonlySet<CloudErrorKind> = new Set(['refused', 'quota', 'credentials']);

interface Look {
  readonly observed: ObservedLoadBalancer;
  readonly owners: readonly OwnerView[];
}

/** What a plan does to the places of listeners. */
interface Planned {
  readonly steps: readonly Step[];
  readonly bound: readonly { readonly binding: Binding }[];
}

/** What this plan replaces, and what was replaced before and has no successor that stands. */
export function replacedAfterPlan(
  known: readonly ReplacedListener[],
  plan: Planned,
  look: Look,
): readonly ReplacedListener[] {
  const kept = known.flatMap((one) => stillReplaced(one, plan, look));
  const begun = replacementsIn(plan.steps).flatMap(({ step }): readonly ReplacedListener[] => {
    const listener = look.observed.listeners.find(({ id }) => id === step.listenerId);
    const owner = look.owners.find(({ uid }) => step.owners.includes(uid));
    if (listener === undefined || owner === undefined) return [];
    return [replacedFor(owner, { listener, isGone: false, failures: 0 })];
  });
  return [...kept, ...begun.filter((one) => !kept.some((other) => isAtSamePort(one, other)))];
}

/** A listener that is back stays known for as long as the owner wishes what was refused. */
function stillReplaced(
  replaced: ReplacedListener,
  { bound }: Planned,
  { observed, owners }: Look,
): readonly ReplacedListener[] {
  const { listener, ownerUid } = replaced;
  const owner = owners.find(({ uid }) => uid === ownerUid);
  if (owner === undefined || claimsAt(listener, owner.bindings).length === 0) return [];
  const now = observed.listeners.filter(({ place }) => slotOfPort(place) === slotOfPort(listener.place));
  if (now.some(({ isOurs }) => !isOurs)) return [];
  const isGone = !now.some(({ id }) => id === listener.id);
  // The listener that was to go stands: the CLB did not delete it, so that it refused the other one proves nothing.
  const isProven = isGone || replaced.isRecorded === true;
  const isRefused = replaced.refusal !== undefined && isProven && wishAt(listener, owner) === replaced.wish;
  if (isRefused) return [{ ...replaced, isGone }];
  const hasPlace = claimsAt(
    listener,
    bound.map(({ binding }) => binding),
  ).some((one) => one.owner.uid === ownerUid);
  return hasPlace ? [] : [replacedFor(owner, { listener, isGone, failures: replaced.failures })];
}

interface Outcome {
  readonly done: readonly Step[];
  readonly refused: readonly RefusedStep[];
}

/** The same, with what the CLB has just refused to make. While one rule is made, the port is not without a place. */
export function replacedAfterApply(known: readonly ReplacedListener[], { done, refused }: Outcome) {
  return known.map((replaced): ReplacedListener => {
    const { listener, isGone, refusal } = replaced;
    const hasGone = isGone || done.some((step) => step.kind === 'delete-listener' && step.listenerId === listener.id);
    const isHere = (step: Step) => makesPlace(step) && slotOfPort(step.place) === slotOfPort(listener.place);
    const failed = refused.find(({ step }) => isHere(step));
    const hasRule = done.some((step) => step.kind === 'create-rule' && isHere(step));
    if (refusal !== undefined || failed === undefined || !hasGone || hasRule || waitsForRoom(failed)) return replaced;
    const failures = replaced.failures + 1;
    const isOver = isFinal.has(failed.error.kind) || failures >= mostFailures;
    return { ...replaced, failures, refusal: isOver ? failed.error : undefined };
  });
}

/** No listener fits then, the old one neither: what is wished is made when there is room. */
function waitsForRoom({ step, error }: RefusedStep): boolean {
  return step.kind === 'create-listener' && error.kind === 'quota' && error.code.startsWith('LimitExceeded');
}

function makesPlace(step: Step): step is CreateListener | CreateRule {
  return step.kind === 'create-listener' || step.kind === 'create-rule';
}
