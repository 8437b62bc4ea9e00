import type { CloudError } from '../model/cloud-error.ts';
import type { BoundTarget } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { ReplacedListener } from './replaced-listener.ts';
import type { SeenSettings } from './seen-settings.ts';
import { stillUnsettled, type UnsettledCreations } from './unsettled-creations.ts';

/**
 * What only this process has seen of one CLB. A cache: losing it costs waiting time, never a wrong step.
 * Every map is keyed by targetKey, unless said otherwise.
 */
export interface Memory {
  /** Backend.id that a target was registered for; the target's tag says the same where the cloud returns tags. */
  readonly registeredFor: ReadonlyMap<string, string>;
  /** The cloud has returned the tag of a target here, so that a target without one is not ours. */
  readonly returnsTags: boolean;
  /** Since when a target has been at weight 0. */
  readonly zeroSinceMs: ReadonlyMap<string, number>;
  /** Since when a removal has been withheld. */
  readonly withheldSinceMs: ReadonlyMap<string, number>;
  /** UID of the owner that a target was wanted for last. */
  readonly wantedBy: ReadonlyMap<string, string>;
  /** Targets that a person has let go, until they are gone or wanted again. */
  readonly released: ReadonlySet<string>;
  /** Since when a target of an ended backend waits for others that leave. */
  readonly gatheredSinceMs: ReadonlyMap<string, number>;
  /** Until when "Alive" may be the health of the backend that had this address before. */
  readonly distrustUntilMs: ReadonlyMap<string, number>;
  /** Since when an owner that moved is carried by another CLB, by its UID. */
  readonly carriedSinceMs: ReadonlyMap<string, number>;
  /** Steps that the CLB refused the last time, although it works; the next one to be tried alone comes first. */
  readonly refused: readonly RefusedStep[];
  /** Ids of listeners that were deleted by hand and do not stand again yet, by listener name and place. */
  readonly missingListeners: ReadonlyMap<string, string>;
  /** Listeners that go for others at their port, and those that came back because the others were refused. */
  readonly replaced: readonly ReplacedListener[];
  /** Extras of listeners that the CLB refused, or confirmed and has not shown yet: see listener-extras.ts. */
  readonly triedExtras: ReadonlySet<string>;
  /** Weights as the last look showed them; a target that we have written to since is left out. */
  readonly seenWeights: ReadonlyMap<string, number>;
  /** Settings as the last look showed them; of a listener that we have written to since, none. */
  readonly seenSettings: readonly SeenSettings[];
  /** Since when a confirmed write of ours to a target is there whose effect no answer has shown yet. */
  readonly unverifiedSinceMs: ReadonlyMap<string, number>;
  /** When we registered a target. */
  readonly registeredAtMs: ReadonlyMap<string, number>;
  readonly checks: CheckSpeed;
  /** Targets with a write of ours that was not confirmed and may still take effect. */
  readonly unsettled: ReadonlySet<string>;
  /** Those of them that such a write may give weight. */
  readonly mayRise: ReadonlySet<string>;
  /** Ids of listeners with such a write to their settings, or to those of their rules. */
  readonly unsettledListeners: ReadonlySet<string>;
  readonly unsettledCreations: UnsettledCreations;
}

/** How fast a CLB was seen to check new targets: as the settings of the check say, or faster. */
export type CheckSpeed = 'unknown' | 'as-set' | 'faster';

/** A step that the CLB refused, and why. */
export interface RefusedStep {
  readonly step: Step;
  readonly error: CloudError;
}

export const emptyMemory: Memory = {
  registeredFor: new Map(),
  returnsTags: false,
  zeroSinceMs: new Map(),
  withheldSinceMs: new Map(),
  wantedBy: new Map(),
  released: new Set(),
  gatheredSinceMs: new Map(),
  distrustUntilMs: new Map(),
  carriedSinceMs: new Map(),
  refused: [],
  missingListeners: new Map(),
  replaced: [],
  triedExtras: new Set(),
  seenWeights: new Map(),
  seenSettings: [],
  unverifiedSinceMs: new Map(),
  registeredAtMs: new Map(),
  checks: 'unknown',
  unsettled: new Set(),
  mayRise: new Set(),
  unsettledListeners: new Set(),
  unsettledCreations: new Map(),
};

/** Carries the memory over to a new look at the CLB: what is gone is forgotten, what is at weight 0 is noted. */
export function refreshMemory(memory: Memory, observed: readonly BoundTarget[], nowMs: number): Memory {
  const keys = new Set(observed.map(targetKey));
  const zero = observed.filter(({ weight }) => weight === 0).map(targetKey);
  return {
    ...memory,
    registeredFor: keep(memory.registeredFor, keys),
    zeroSinceMs: new Map(zero.map((key) => [key, memory.zeroSinceMs.get(key) ?? nowMs])),
    withheldSinceMs: keep(memory.withheldSinceMs, keys),
    wantedBy: keep(memory.wantedBy, keys),
    registeredAtMs: keep(memory.registeredAtMs, keys),
    unsettled: memory.unsettled.intersection(keys),
    mayRise: memory.mayRise.intersection(keys),
    unsettledCreations: stillUnsettled(memory.unsettledCreations, nowMs),
  };
}

function keep<T>(map: ReadonlyMap<string, T>, keys: ReadonlySet<string>): Map<string, T> {
  return new Map([...map].filter(([key]) => keys.has(key)));
}

/** A target that is wanted, and for which backend. */
interface Wanted {
  readonly key: string;
  readonly backendId: string;
}

/** Takes the backends that targets are wanted for as theirs where nothing else is known: a restart, and no tags. */
export function adoptBackends(memory: Memory, wanted: readonly Wanted[], observed: readonly BoundTarget[]): Memory {
  const unknown = new Set(observed.filter((target) => backendIdOf(target, memory) === undefined).map(targetKey));
  const adopted = wanted.filter(({ key }) => unknown.has(key));
  if (adopted.length === 0) return memory;
  const ids = adopted.map(({ key, backendId }) => [key, backendId] as const);
  return { ...memory, registeredFor: new Map([...memory.registeredFor, ...ids]) };
}

/** Whom a target was registered for: its tag, else the memory; undefined after a restart where there are no tags. */
export function backendIdOf(target: BoundTarget, memory: Pick<Memory, 'registeredFor'>): string | undefined {
  return target.tag !== undefined && target.tag !== '' ? target.tag : memory.registeredFor.get(targetKey(target));
}

export function ageOf(since: ReadonlyMap<string, number>, key: string, nowMs: number): number {
  const at = since.get(key);
  return at === undefined ? 0 : nowMs - at;
}
