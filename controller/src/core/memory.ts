import { slotOf } from './binding.ts';
import type { CloudError, ListenerSpec, ObservedTarget, TargetSpec } from './clb-port.ts';
import { targetKey } from './target.ts';

/**
 * What only this process has seen of one CLB. A cache: losing it costs waiting time, never a wrong step.
 * Every map is keyed by target, unless said otherwise.
 */
export interface Memory {
  /** The pod UID that we registered a target for; the target's tag says the same where the cloud returns tags. */
  readonly registeredFor: ReadonlyMap<string, string>;
  /** Since when a target has been at weight 0. */
  readonly zeroSinceMs: ReadonlyMap<string, number>;
  /** Since when a removal has been held back. */
  readonly heldSinceMs: ReadonlyMap<string, number>;
  /** Until when "Alive" may be the health of the pod that had this address before. */
  readonly distrustUntilMs: ReadonlyMap<string, number>;
  /** Targets that the CLB did not take the last time. */
  readonly suspects: ReadonlySet<string>;
  /** Listeners that the CLB did not make the last time; the next one to be tried alone comes first. */
  readonly refusedListeners: readonly RefusedListener[];
  /** Ids of listeners that somebody deleted and that are not made again yet, by listenerKey. */
  readonly missingListeners: ReadonlyMap<string, string>;
}

/** A listener that the CLB did not make, and why. */
export interface RefusedListener {
  readonly spec: ListenerSpec;
  readonly error: CloudError;
}

/** What identifies a listener that is to be made on one CLB: whose it is, and its port. */
export function listenerKey(spec: ListenerSpec): string {
  return `${spec.name} ${slotOf(spec)}`;
}

export const emptyMemory: Memory = {
  registeredFor: new Map(),
  zeroSinceMs: new Map(),
  heldSinceMs: new Map(),
  distrustUntilMs: new Map(),
  suspects: new Set(),
  refusedListeners: [],
  missingListeners: new Map(),
};

/** Carries the memory over to a new look at the CLB: what is gone is forgotten, what is at weight 0 is noted. */
export function refreshMemory(memory: Memory, observed: readonly ObservedTarget[], nowMs: number): Memory {
  const keys = new Set(observed.map(targetKey));
  const zero = observed.filter(({ weight }) => weight === 0).map(targetKey);
  return {
    registeredFor: keep(memory.registeredFor, keys),
    zeroSinceMs: new Map(zero.map((key) => [key, memory.zeroSinceMs.get(key) ?? nowMs])),
    heldSinceMs: keep(memory.heldSinceMs, keys),
    distrustUntilMs: memory.distrustUntilMs,
    suspects: memory.suspects,
    refusedListeners: memory.refusedListeners,
    missingListeners: memory.missingListeners,
  };
}

function keep<T>(map: ReadonlyMap<string, T>, keys: ReadonlySet<string>): Map<string, T> {
  return new Map([...map].filter(([key]) => keys.has(key)));
}

/** Takes the pods that targets are wanted for as their owners where nobody knows better: a restart, and no tags. */
export function adoptOwners(
  memory: Memory,
  wanted: readonly TargetSpec[],
  observed: readonly ObservedTarget[],
): Memory {
  const unknown = new Set(observed.filter((target) => ownerOf(target, memory) === undefined).map(targetKey));
  const adopted = wanted.filter((spec) => unknown.has(targetKey(spec)));
  if (adopted.length === 0) return memory;
  const owners = adopted.map((spec) => [targetKey(spec), spec.tag] as const);
  return { ...memory, registeredFor: new Map([...memory.registeredFor, ...owners]) };
}

/** Whose target it is: the tag says so, else we remember; undefined when nobody knows (a restart, and no tags). */
export function ownerOf(target: ObservedTarget, memory: Memory): string | undefined {
  return target.tag !== undefined && target.tag !== '' ? target.tag : memory.registeredFor.get(targetKey(target));
}

export function ageOf(since: ReadonlyMap<string, number>, key: string, nowMs: number): number {
  const at = since.get(key);
  return at === undefined ? 0 : nowMs - at;
}
