import { placeAt, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { placeIdKey, type PlaceId } from '../model/place.ts';
import { usedByOthers, type Conflict } from './conflict.ts';
import { byAge, contendersOf, type Contender } from './contender.ts';
import { whyNotUsable } from './existing-conflict.ts';
import type { Claim, Facts } from './facts.ts';

/** A place that is not ours, and who may have targets there. */
export interface ExistingPlace {
  readonly id: PlaceId;
  readonly standing: ObservedPlace;
  /** The oldest first, all of one namespace. */
  readonly contenders: readonly Contender[];
}

export interface ExistingAssignment {
  readonly places: readonly ExistingPlace[];
  readonly conflicts: readonly Conflict[];
}

/** The same claims without bindings to places that somebody else made. */
export function withoutExisting(claims: readonly Claim[]): readonly Claim[] {
  return claims.map((claim) => ({
    ...claim,
    bindings: claim.bindings.filter(({ existing }) => existing === undefined),
  }));
}

/**
 * Who may have targets at places that somebody else made. Owners of one namespace share a place; what another
 * namespace has is never given out.
 */
export function assignExisting(claims: readonly Claim[], facts: Facts): ExistingAssignment {
  const contenders = contendersOf(claims).filter(({ binding }) => binding.existing !== undefined);
  const refusals = contenders.flatMap(({ binding }) => {
    const finding = whyNotUsable(binding, facts.observed);
    return finding === undefined ? [] : [{ binding, finding }];
  });
  const refused = new Set(refusals.map(({ binding }) => binding));
  const usable = contenders.filter(({ binding }) => !refused.has(binding)).toSorted(byAge);
  const byPlace = Map.groupBy(usable, ({ binding: { existing } }) =>
    existing === undefined ? '' : placeIdKey(existing),
  );
  const verdicts = [...byPlace.values()].map((rivals) => assignPlace(rivals, facts));
  return {
    places: verdicts.flatMap(({ place }) => place ?? []),
    conflicts: [...refusals, ...verdicts.flatMap((verdict) => verdict.conflicts)],
  };
}

interface Verdict {
  readonly place: ExistingPlace | undefined;
  readonly conflicts: readonly Conflict[];
}

function assignPlace(rivals: readonly Contender[], { observed, owners }: Facts): Verdict {
  const id = rivals[0]?.binding.existing;
  const standing = id === undefined ? undefined : placeAt(observed, id);
  if (id === undefined || standing === undefined) return { place: undefined, conflicts: [] };
  const namespace = namespaceAt(standing, owners) ?? rivals[0]?.owner.namespace;
  const contenders = rivals.filter(({ owner }) => owner.namespace === namespace);
  const losers = rivals.filter((rival) => !contenders.includes(rival));
  return {
    place: contenders.length === 0 ? undefined : { id, standing, contenders },
    conflicts: losers.map((loser) => usedByOthers(loser, id)),
  };
}

/** Of the owners that may have targets there; while there is none, nobody's. */
function namespaceAt({ ownerUids }: ObservedPlace, owners: readonly OwnerView[]): string | undefined {
  return owners.find(({ uid }) => ownerUids.includes(uid))?.namespace;
}

/** Whether an owner has what it names: a record is written only for a place that was given to it. */
export function hasExisting({ owner, binding }: Contender, observed: ObservedLoadBalancer | undefined): boolean {
  const { existing } = binding;
  return existing !== undefined && placeAt(observed, existing)?.ownerUids.includes(owner.uid) === true;
}
