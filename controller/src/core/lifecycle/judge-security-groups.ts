import { listLagMs } from './list-lag.ts';
import type { StandingGroup, WantedGroup } from '../model/security-group.ts';

/** Which security groups of source ranges are wanted, and which stand. */
export interface GroupFacts {
  readonly wanted: readonly WantedGroup[];
  /** Those with the tags of this cluster, as listed now. */
  readonly standing: readonly StandingGroup[];
  /** By the UID of the owner: the one that we used last. */
  readonly known: ReadonlyMap<string, KnownGroup>;
  /** By id: since when a group of ours is wanted by nobody. By a clock that never jumps. */
  readonly unneededSinceMs: ReadonlyMap<string, number>;
  readonly unneededMs: number;
  /** By the same clock. */
  readonly nowMs: number;
}

export interface KnownGroup {
  readonly id: string;
  /** When it was made, or read last. */
  readonly atMs: number;
}

export interface UnneededGroup extends StandingGroup {
  /** Its owner wants another one of ours. */
  readonly isReplaced: boolean;
  /** It goes, if no CLB has it. */
  readonly isRipe: boolean;
}

export interface GroupUse {
  readonly wanted: WantedGroup;
  readonly id: string;
  /** The list lacks it for long: it is asked for by its id before another one is made. */
  readonly isDoubted: boolean;
}

export interface GroupPlan {
  /** Those that stand, as far as is known. */
  readonly uses: readonly GroupUse[];
  readonly creations: readonly WantedGroup[];
  /** Those that nobody wants. */
  readonly unneeded: readonly UnneededGroup[];
}

/** One for each owner is used; every other one of ours goes a while later. */
export function judgeSecurityGroups(facts: GroupFacts): GroupPlan {
  const { wanted, standing, unneededSinceMs, unneededMs, nowMs } = facts;
  const uses = wanted.flatMap((one) => usedFor(one, facts));
  const owners = new Set(wanted.map(({ owner }) => owner.uid));
  const isRipe = (id: string) => nowMs - (unneededSinceMs.get(id) ?? nowMs) >= unneededMs;
  const served = new Set(uses.map(({ wanted: { owner } }) => owner.uid));
  const used = new Set(uses.map(({ id }) => id));
  const unneeded = standing.filter(({ id }) => !used.has(id));
  return {
    uses,
    creations: wanted.filter(({ owner }) => !served.has(owner.uid)),
    unneeded: unneeded.map((one) => ({ ...one, isReplaced: owners.has(one.ownerUid), isRipe: isRipe(one.id) })),
  };
}

/** The one that was used before, so that of two neither replaces the other on the CLB, and none is made beside it. */
function usedFor(wanted: WantedGroup, { standing, known, nowMs }: GroupFacts): readonly GroupUse[] {
  const { uid } = wanted.owner;
  const ids = standing.filter(({ ownerUid }) => ownerUid === uid).map(({ id }) => id);
  const last = known.get(uid);
  const first = ids.toSorted().slice(0, 1);
  if (last === undefined) return first.map((id) => ({ wanted, id, isDoubted: false }));
  return [{ wanted, id: last.id, isDoubted: !ids.includes(last.id) && nowMs - last.atMs >= listLagMs }];
}
