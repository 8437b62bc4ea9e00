import type { Backend, Backends } from '../model/backend.ts';
import type { Binding } from '../model/binding.ts';
import { existingPlaces, type ObservedPlace, type ObservedTarget } from '../model/observed.ts';
import { placeIdKey, type PlaceId } from '../model/place.ts';
import { addressKey } from '../model/target.ts';
import type { ExistingPlace } from './assign-existing.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { knownBackends } from './known-backends.ts';
import { planTargets, type WantedTarget } from './plan-targets.ts';
import { mayComeTo } from './unsettled-creations.ts';
import { withinTargetQuota, type FittedTargets } from './target-room.ts';

/** A target that a backend needs, and that stands at the place already without being ours. */
export interface TakenAddress {
  readonly binding: Binding;
  readonly id: PlaceId;
  readonly target: ObservedTarget;
}

/** What is planned at one place that is not ours, for all owners that share it. */
export interface ExistingPlan extends FittedTargets {
  readonly id: PlaceId;
  /** One for each owner, with the targets that it has there. */
  readonly bound: readonly (BoundPlace & { readonly wanted: readonly WantedTarget[] })[];
  readonly taken: readonly TakenAddress[];
}

/** What one owner offers. */
interface Share extends Backends {
  readonly binding: Binding;
}

/**
 * Targets of several owners at one place are planned together, because a target does not say for which of them it
 * stands: an address that two of them want is the older one's. What others registered stays as it is. Nothing is
 * registered for an owner before its record names the place.
 */
export function planExisting({ id, standing, contenders }: ExistingPlace, facts: Facts): ExistingPlan {
  const at = [id, standing] as const;
  // Whoever cannot be known now has everything that stands, but for what others are known to want.
  const shares = contenders
    .map(({ binding }) => ({ binding, ...knownBackends(binding, at, facts) }))
    .toSorted((a, b) => Number(a.isUnknown === true) - Number(b.isUnknown === true));
  const place = mergedPlace(id, standing, { shares, facts });
  const owners = contenders.map(({ owner }) => owner.uid);
  const plan = withinTargetQuota(place, planTargets(place, facts, owners), facts);
  const ownerAt = new Map(place.backends.backends.map((one) => [addressKey(one), one.ownerUid]));
  const isRecorded = (key: string) => standing.ownerUids.includes(ownerAt.get(key) ?? '');
  return {
    ...plan,
    id,
    steps: plan.steps.filter((step) => step.kind !== 'register' || isRecorded(addressKey(step.target))),
    bound: shares.map((share) => toBound(share, place, plan.wanted)),
    taken: shares.flatMap((share) => takenFrom(share, id, standing)),
  };
}

interface Merging {
  readonly shares: readonly Share[];
  readonly facts: Facts;
}

/** The most patient owner decides how long a target drains. */
function mergedPlace(id: PlaceId, standing: ObservedPlace, { shares, facts }: Merging): BoundPlace {
  const [first] = shares;
  if (first === undefined) throw new Error('a place is given to at least one owner');
  const merged = new Map<string, Backend>();
  for (const backend of shares.flatMap((share) => share.backends)) {
    const key = addressKey(backend);
    if (standing.others?.has(key) !== true && !merged.has(key)) merged.set(key, backend);
  }
  const drainMs = Math.max(...shares.map(({ binding }) => binding.drainMs ?? facts.limits.drainMs));
  return {
    binding: { ...first.binding, drainMs },
    place: standing.place,
    id,
    standing,
    backends: { backends: [...merged.values()], isEmpty: shares.every(({ isEmpty }) => isEmpty) },
  };
}

function toBound({ binding, ...backends }: Share, place: BoundPlace, wanted: readonly WantedTarget[]) {
  const own = new Set(backends.backends.map(addressKey));
  return { ...place, binding, backends, wanted: wanted.filter((target) => own.has(addressKey(target))) };
}

function takenFrom({ binding, backends }: Share, id: PlaceId, { others }: ObservedPlace): readonly TakenAddress[] {
  const needed = backends.filter(({ weight }) => weight > 0);
  return needed.flatMap((backend) => {
    const target = others?.get(addressKey(backend));
    return target === undefined ? [] : [{ binding, id, target }];
  });
}

/**
 * By owner UID: the places that are not ours where it may have targets. Whoever has a place now; of those whose record
 * names it besides, all while a target of ours stands there that nobody wants, or may come.
 */
export function usedAfter(
  plans: readonly ExistingPlan[],
  { observed, memory }: Facts,
): ReadonlyMap<string, readonly PlaceId[]> {
  const planned = new Map(plans.map((plan) => [placeIdKey(plan.id), plan]));
  const uses = existingPlaces(observed).flatMap(([id, standing]) => {
    const users = usersAt(standing, planned.get(placeIdKey(id)));
    const maybe = mayComeTo(id, memory.unsettledCreations) ? standing.ownerUids : [];
    return [...new Set([...users, ...maybe])].map((uid) => ({ uid, id }));
  });
  return new Map([...Map.groupBy(uses, ({ uid }) => uid)].map(([uid, list]) => [uid, list.map(({ id }) => id)]));
}

function usersAt({ targets, ownerUids }: ObservedPlace, plan: ExistingPlan | undefined): readonly string[] {
  const present = (plan?.bound ?? []).map(({ binding }) => binding.owner.uid);
  const wanted = new Set((plan?.wanted ?? []).map(addressKey));
  const hasStray = [...targets.keys()].some((key) => !wanted.has(key));
  return [...new Set([...present, ...(hasStray ? ownerUids : [])])];
}
