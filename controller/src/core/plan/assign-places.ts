import { tkeListener } from '../model/adoption.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import { isRule, placeKey, transportOf } from '../model/place.ts';
import {
  conflictWith,
  holderFor,
  olderOwner,
  otherHolder,
  portTakenBy,
  ruleConflictWith,
  ruleMadeByOthers,
  type Conflict,
} from './conflict.ts';
import { byAge, contendersOf, type Contender } from './contender.ts';
import type { Claim } from './facts.ts';
import { successorsOf, type Surroundings } from './hand-over.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';
import type { PassingListener } from './passing-listener.ts';
import { passingListeners } from './passing-listeners.ts';
import { isReplaceable } from './replacement.ts';

/** Which owners have which listeners and rules, and who has to wait. */
export interface Assignment {
  /** One entry for each listener: whoever may have it. Several contenders share an L7 listener, by rules. */
  readonly listeners: readonly (readonly Contender[])[];
  readonly conflicts: readonly Conflict[];
  readonly passing: readonly PassingListener[];
}

/**
 * A CLB has one listener for a port. Whoever has a place keeps it; of several that want a free one the oldest owner
 * gets it, and owners of L7 rules share it. The port or rule of another owner is a conflict, and is never overwritten,
 * unless that owner wants it no longer and hands it over.
 */
export function assignPlaces(
  claims: readonly Claim[],
  observed: readonly ObservedListener[],
  around: Surroundings,
): Assignment {
  const byPort = Map.groupBy(contendersOf(claims), ({ binding: { place } }) => portKey(place.protocol, place.port));
  const passing = passingListeners(claims, observed, around);
  const verdicts = [...byPort.values()].map((contenders) => assignPort(contenders, observed, { ...around, passing }));
  return {
    passing,
    listeners: verdicts.map(({ winners }) => winners).filter((winners) => winners.length > 0),
    conflicts: verdicts.flatMap(({ conflicts }) => conflicts),
  };
}

interface Verdict {
  readonly winners: readonly Contender[];
  readonly conflicts: readonly Conflict[];
}

/** One port space for UDP and QUIC, one for everything that runs over TCP. */
function portKey(protocol: string, port: number): string {
  return `${transportOf(protocol)} ${port}`;
}

interface Around extends Surroundings {
  readonly passing: readonly PassingListener[];
}

function assignPort(contenders: readonly Contender[], observed: readonly ObservedListener[], around: Around): Verdict {
  const sorted = contenders.toSorted(byAge);
  const [oldest, ...others] = sorted;
  if (oldest === undefined) return { winners: [], conflicts: [] };
  const { protocol, port } = oldest.binding.place;
  const standing = observed.find(({ place }) => portKey(place.protocol, place.port) === portKey(protocol, port));
  if (standing === undefined) {
    const sharing = others.filter((other) => shares(oldest, other));
    const losers = others.filter((other) => !sharing.includes(other));
    return assignRules(
      [oldest, ...sharing],
      [],
      losers.map((loser) => conflictWith(loser, olderOwner(loser.owner, oldest))),
    );
  }
  const keepers = keepersOf(standing, sorted, around);
  const [keeper] = keepers;
  const conflicts = contenders
    .filter((contender) => !keepers.includes(contender))
    .map((contender) => conflictWith(contender, portTakenBy(standing, { ...around, keeper, reader: contender.owner })));
  return assignRules(keepers, isKept(standing, keeper) ? standing.rules : [], conflicts);
}

function isKept({ place }: ObservedListener, keeper: Contender | undefined): boolean {
  return keeper?.binding.place.protocol === place.protocol;
}

function keepersOf(standing: ObservedListener, contenders: readonly Contender[], around: Around): readonly Contender[] {
  const keepers = contenders.filter((contender) => mayUse(contender, standing, around));
  if (keepers.length > 0) return keepers;
  const successors = successorsOf(standing, contenders, around);
  return successors.length > 0 ? successors : contenders.filter((one) => isReplaceable(standing, one.owner.uid));
}

function shares(a: Contender, b: Contender): boolean {
  if (!isRule(a.binding.place) || !isRule(b.binding.place)) return false;
  const isOwn = a.binding.hasOwnListener === true || b.binding.hasOwnListener === true;
  return a.binding.place.protocol === b.binding.place.protocol && (!isOwn || a.owner.uid === b.owner.uid);
}

/** A listener belongs to the owner in its name; a shared one to whoever has rules for it. */
function mayUse({ owner, binding }: Contender, listener: ObservedListener, { clusterId }: Surroundings): boolean {
  const { place, hasOwnListener } = binding;
  if (!listener.isOurs || listener.place.protocol !== place.protocol) return false;
  // TKE has one for each owner; it gets the name that this owner's have, and others come in then.
  if (listener.name === tkeListener) return listener.ownerUids.includes(owner.uid);
  const group = groupOfListener(listener.name, clusterId);
  if (isRule(place)) return group === (hasOwnListener === true ? owner.uid : sharedGroup);
  return listener.ownerUids.includes(owner.uid);
}

/** Of several that want one rule, whoever has it keeps it. */
function assignRules(
  contenders: readonly Contender[],
  rules: readonly ObservedRule[],
  portConflicts: readonly Conflict[],
): Verdict {
  const byRule = Map.groupBy(contenders, ({ binding }) => placeKey(binding.place));
  const verdicts = [...byRule].map(([key, rivals]) => {
    return assignRule(
      rivals,
      rules.find(({ place }) => placeKey(place) === key),
    );
  });
  return {
    winners: verdicts.flatMap(({ winners }) => winners),
    conflicts: [...portConflicts, ...verdicts.flatMap(({ conflicts }) => conflicts)],
  };
}

function assignRule(rivals: readonly Contender[], standing: ObservedRule | undefined): Verdict {
  if (standing?.isOurs === false) {
    return { winners: [], conflicts: rivals.map((rival) => ruleConflictWith(rival, ruleMadeByOthers(standing))) };
  }
  const sorted = rivals.toSorted(byAge);
  const free = sorted.filter(({ binding }) => binding.isTaken !== true);
  const winner = free.find(({ owner }) => standing?.ownerUids.includes(owner.uid) === true) ?? free[0];
  if (winner === undefined) {
    return { winners: [], conflicts: rivals.map((rival) => ruleConflictWith(rival, otherHolder)) };
  }
  const losers = rivals.filter((rival) => rival !== winner);
  return {
    winners: [winner],
    conflicts: losers.map((loser) => ruleConflictWith(loser, holderFor(loser, winner))),
  };
}
