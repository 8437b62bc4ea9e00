import { boundTargetsAt, existingPlaces, type ObservedPlace } from '../model/observed.ts';
import { placeIdKey, type PlaceId } from '../model/place.ts';
import type { Step } from '../model/step.ts';
import { addressKey } from '../model/target.ts';
import type { BoundPlace } from './bound-place.ts';
import type { Facts } from './facts.ts';
import { deregisterEnded, holdPlaces } from './hold-places.ts';
import { areReleased, drainPlaces, fateOf, joined, nothing, removalReason, type LeftoverPlan } from './leftovers.ts';
import { refOf } from './plan-targets.ts';

/**
 * Our targets at places of others that no binding uses any more. They drain in any case, also those of an owner that is
 * going, because the place goes on without us. An owner that is not known keeps its own.
 */
export function judgeExistingLeftovers(bound: readonly BoundPlace[], facts: Facts): LeftoverPlan {
  const used = new Set(bound.map(({ id }) => placeIdKey(id)));
  const left = existingPlaces(facts.observed).filter(
    ([id, { targets }]) => targets.size > 0 && !used.has(placeIdKey(id)),
  );
  return joined(left.map(([id, place]) => planLeft(id, place, { bound, facts })));
}

interface Around {
  readonly bound: readonly BoundPlace[];
  readonly facts: Facts;
}

/** A target whose backend has ended leaves at once: its address may pass to a pod of another cluster. */
function planLeft(id: PlaceId, place: ObservedPlace, { bound, facts }: Around): LeftoverPlan {
  const fate = fateOf(place, bound, facts);
  if (fate === 'keep') return nothing;
  if (fate === 'hold' && !areReleased([[id, place]], facts)) return { ...nothing, ...holdPlaces([[id, place]], facts) };
  const off = deregisterEnded([[id, place]], facts);
  const ended = new Set(off.flatMap((step) => ('target' in step ? [addressKey(step.target)] : [])));
  const staying = new Map([...place.targets].filter(([key]) => !ended.has(key)));
  if (staying.size === 0) return { ...nothing, steps: off };
  const rest = { ...place, targets: staying };
  const { steps: drains = [], ...drained } = drainPlaces([[id, rest]], deregisterAll(id, rest, facts), facts);
  return { ...nothing, ...drained, steps: [...off, ...drains] };
}

function deregisterAll(id: PlaceId, place: ObservedPlace, facts: Facts): readonly Step[] {
  const base = { place: place.place, owners: place.ownerUids, reason: removalReason(place.ownerUids, facts) };
  return boundTargetsAt(id, place).map((target): Step => ({ ...base, kind: 'deregister', target: refOf(target) }));
}
