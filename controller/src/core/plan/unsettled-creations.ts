import type { ObservedLoadBalancer } from '../model/observed.ts';
import { placeIdKey, placeKey, type PlaceId, type RulePlace } from '../model/place.ts';
import type { Step, StepOf } from '../model/step.ts';

/** The longest that the CLB works on one change: as long as we wait for a task. */
const settleMs = 60_000;

/** A listener, a rule, or a target at a place of others that a write without a confirmation may still make. */
interface UnsettledCreation {
  readonly step: StepOf<'create-listener' | 'create-rule' | 'register'>;
  readonly untilMs: number;
}

/** Each by what it makes. While it may come, nobody who owns it is let go: nobody would look there again. */
export type UnsettledCreations = ReadonlyMap<string, UnsettledCreation>;

/** One run's writes. */
export interface Sent {
  /** What may have an effect. */
  readonly sent: readonly Step[];
  readonly done: readonly Step[];
  readonly nowMs: number;
}

export function creationsAfterWrites(before: UnsettledCreations, { sent, done, nowMs }: Sent): UnsettledCreations {
  const settled = new Set(done.filter(isCreation).map(creationKey));
  const lost = sent.filter((step) => isCreation(step)).filter((step) => !settled.has(creationKey(step)));
  const fresh = lost.map((step) => [creationKey(step), { step, untilMs: nowMs + settleMs }] as const);
  return new Map([...[...before].filter(([key]) => !settled.has(key)), ...fresh]);
}

function isCreation(step: Step): step is UnsettledCreation['step'] {
  if (step.kind === 'register') return step.clusterId !== undefined;
  return step.kind === 'create-listener' || step.kind === 'create-rule';
}

function creationKey(step: UnsettledCreation['step']): string {
  return JSON.stringify(step.kind === 'register' ? placeIdKey(step.target) : [step.owners, placeKey(step.place)]);
}

/** Without those that a look shows: they are known now as everything that stands. */
export function notSeen(creations: UnsettledCreations, { listeners }: ObservedLoadBalancer): UnsettledCreations {
  const places = listeners.flatMap((listener) => [listener, ...listener.rules]);
  const standing = new Set(
    places.flatMap(({ ownerUids, place }) => ownerUids.map((uid) => JSON.stringify([[uid], placeKey(place)]))),
  );
  return new Map([...creations].filter(([key]) => !standing.has(key)));
}

export function stillUnsettled(creations: UnsettledCreations, nowMs: number): UnsettledCreations {
  return new Map([...creations].filter(([, { untilMs }]) => untilMs > nowMs));
}

/** When a look shows what came of the first of them; undefined: there are none. */
export function settlesInMs(creations: UnsettledCreations, nowMs: number): number | undefined {
  const untilMs = Math.min(...[...creations.values()].map((one) => one.untilMs));
  return creations.size === 0 ? undefined : Math.max(0, untilMs - nowMs);
}

export function ownersOfCreations(creations: UnsettledCreations): readonly string[] {
  return [...creations.values()].flatMap(({ step }) => step.owners);
}

export function rulesOfCreations(creations: UnsettledCreations): readonly RulePlace[] {
  return [...creations.values()].flatMap(({ step }) => (step.kind === 'create-rule' ? [step.place] : []));
}

/** Whether a target of ours may still come to a place of others. */
export function mayComeTo(id: PlaceId, creations: UnsettledCreations): boolean {
  return creations.has(JSON.stringify(placeIdKey(id)));
}
