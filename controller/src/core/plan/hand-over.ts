import { balancerIdOf } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import type { ObservedListener } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { hasRules, transportOf, type Place } from '../model/place.ts';
import type { Contender } from './contender.ts';
import type { Facts } from './facts.ts';
import { isSharedName } from './listener-name.ts';
import type { PassingListener } from './passing-listener.ts';

/** What a hand-over is judged from. */
export type Surroundings = Pick<Facts, 'owners' | 'releases' | 'ref' | 'clusterId'>;

/**
 * Who gets a listener of ours that its owner wants no longer, although it still stands: of the owners of that one's
 * namespace that want it, the oldest. It is renamed instead of deleted and made again, so that the port never is
 * without targets, and owners that exchange places do not wait for each other. Across namespaces nothing passes on: an
 * owner would get the clients of another team. With rules, one contender for each of them. `contenders`: the oldest
 * first.
 */
export function successorsOf(
  listener: ObservedListener,
  contenders: readonly Contender[],
  around: Surroundings & Passing,
): readonly Contender[] {
  const { protocol } = listener.place;
  const fitting = contenders.filter(({ binding }) => binding.place.protocol === protocol);
  if (hasRules(protocol)) {
    const recorded = around.passing.find(({ listenerId, isRecorded }) => isRecorded && listenerId === listener.id);
    return fitting.filter(({ owner }) => owner.uid === recorded?.to);
  }
  const present = ownerOfListener(listener, around.owners);
  if (present === undefined || !givesUp(present, listener, around)) return [];
  return fitting.filter(({ owner }) => owner.namespace === present.namespace).slice(0, 1);
}

interface Passing {
  /** Of the listeners with rules. */
  readonly passing: readonly PassingListener[];
}

/** The known owner in the name of a listener; one that is shared has none. */
export function ownerOfListener(
  { isOurs, name, ownerUids }: ObservedListener,
  owners: readonly OwnerView[],
): OwnerView | undefined {
  if (!isOurs || isSharedName(name)) return undefined;
  return owners.find(({ uid }) => ownerUids.includes(uid));
}

/**
 * It goes, or it can be read and asks for something else. Its own words count, not what became of them: a claim that
 * waits for its finalizer, or that was not admitted, still is one.
 */
export function givesUp(present: OwnerView, { place }: ObservedListener, { releases, ref }: Surroundings): boolean {
  const release = releases.get(present.uid);
  if (release === 'now' || release === 'keep') return release === 'now';
  const wantsPort = present.bindings.some(
    (binding) =>
      binding.existing === undefined &&
      balancerIdOf(binding.balancer) === balancerIdOf(ref) &&
      (binding.place.port === place.port ? mayBeAt(binding, place) : isUnplacedLike(binding, place)),
  );
  return present.bindings.length > 0 && !wantsPort;
}

function mayBeAt({ incomplete, place: { protocol } }: Binding, place: Place): boolean {
  return incomplete !== undefined || transportOf(protocol) === transportOf(place.protocol);
}

/** Its ports cannot be read, so it may want this one. */
function isUnplacedLike({ isPlaceUnknown, place: { protocol } }: Binding, place: Place): boolean {
  return isPlaceUnknown === true && protocol === place.protocol;
}
