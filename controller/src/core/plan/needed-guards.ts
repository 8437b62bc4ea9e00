import type { Binding } from '../model/binding.ts';
import { isGuard } from '../model/guard.ts';
import { ourPlaces } from '../model/observed.ts';
import { placeKey } from '../model/place.ts';
import { byAge, type Contender } from './contender.ts';
import { isDefaultToBe, keepsDefault } from './default-domain.ts';
import type { Claim, Facts } from './facts.ts';
import { admitClaims } from './place-policy.ts';
import { isUnrecorded } from './recorded.ts';

/**
 * The same facts, in which a listener has one guard at most, and none where an owner has rules for all hosts, or where
 * one took its rules over from TKE: requests to other hosts go on to the default domain that TKE left. The guard is
 * that of the owner that has it, else of the oldest one that may have rules there, and first of one that can make it.
 */
export function withNeededGuards(facts: Facts): Facts {
  if (!facts.claims.some(({ bindings }) => bindings.some(isGuard))) return facts;
  const admitted = allOf(admitClaims(facts).claims).filter(({ binding }) => !isGuard(binding));
  const guards = allOf(facts.claims).filter(({ binding }) => isGuard(binding) && binding.isTaken !== true);
  const needed = [...Map.groupBy(guards, portOf).entries()].flatMap(([port, some]) => {
    const rules = admitted.filter((one) => portOf(one) === port);
    return neededOf(some, rules, facts) ?? [];
  });
  return { ...facts, claims: facts.claims.map((claim) => withoutOthers(claim, new Set(needed))) };
}

/** What cannot be made is not recorded. */
export function guardsIn({ claims }: Pick<Facts, 'claims'>): readonly Binding[] {
  return claims.flatMap(({ bindings }) => bindings.filter((one) => isGuard(one) && canBeMade(one)));
}

function canBeMade(guard: Binding): boolean {
  return guard.incomplete === undefined || isUnrecorded(guard);
}

function allOf(claims: readonly Claim[]): readonly Contender[] {
  return claims.flatMap(({ owner, bindings }) => bindings.map((binding) => ({ owner, binding })));
}

function portOf({ binding: { place } }: Contender): string {
  return `${place.protocol}/${place.port}`;
}

function neededOf(guards: readonly Contender[], rules: readonly Contender[], facts: Facts) {
  const { observed } = facts;
  if (rules.some(({ binding }) => isDefaultToBe(binding, facts))) return undefined;
  if (guards.some(({ binding }) => keepsDefault(binding.place, facts))) return undefined;
  if (isAsTkeLeft(guards, rules, observed)) return undefined;
  const mayHave = new Set(rules.map(({ owner }) => owner.uid));
  const sorted = guards.filter(({ owner }) => mayHave.has(owner.uid)).toSorted(byAge);
  const has = ({ owner, binding }: Contender) =>
    ourPlaces(observed).some(
      ([, { place, ownerUids }]) => placeKey(place) === placeKey(binding.place) && ownerUids.includes(owner.uid),
    );
  return (sorted.find(has) ?? sorted.find(({ binding }) => canBeMade(binding)) ?? sorted[0])?.binding;
}

/** What was taken over is so while its owner claims nothing, as in mode skip. One that adopts no more has a guard. */
function isAsTkeLeft(guards: readonly Contender[], rules: readonly Contender[], observed: Facts['observed']): boolean {
  if (rules.some(({ binding }) => binding.adoption !== undefined)) return true;
  const [uid, port] = [observed?.madeByTkeFor ?? '', guards.map(portOf)[0]];
  const standsAt = ourPlaces(observed).some(([, { place, ownerUids }]) => {
    return ownerUids.includes(uid) && `${place.protocol}/${place.port}` === port;
  });
  return standsAt && !guards.some(({ owner }) => owner.uid === uid);
}

function withoutOthers({ owner, bindings }: Claim, needed: ReadonlySet<Binding>): Claim {
  return { owner, bindings: bindings.filter((binding) => !isGuard(binding) || needed.has(binding)) };
}
