import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { Owner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { describePlace } from '../core/model/place.ts';
import type { RecordEntry } from '../core/model/record.ts';
import { listenerName, sharedGroup } from '../core/plan/listener-name.ts';
import { remainingListeners, type RemainingListeners } from './judge-uninstall.ts';
import { isMade, type Records } from './list-records.ts';

/** A CLB that was made for an owner, and that nobody deletes any more once its record is gone. */
export interface RemainingBalancer {
  readonly owner: Owner;
  /** undefined: it is not known yet; the CLB carries the owner's UID as a tag. */
  readonly loadBalancerId: string | undefined;
  /** It counts as deleted: in another region, or hidden by a CAM policy, it looks the same. */
  readonly isFormer?: true;
}

/** What may remain on CLBs. */
export interface Remains {
  readonly listeners: readonly RemainingListeners[];
  readonly balancers: readonly RemainingBalancer[];
  /** Nothing else remains: what objects that are gone had is among them too. */
  readonly isComplete: boolean;
}

export const nothingSeen: Remains = { listeners: [], balancers: [], isComplete: false };

/** By what the objects say, and by what the records say of them and of objects that are gone. */
export function remainsOf(owners: readonly OwnerView[], records: Records, clusterId: string): Remains {
  const recorded = records.entries.map((entry) => recordedListeners(entry, clusterId));
  const seen = {
    listeners: [...recorded, ...remainingListeners(owners, clusterId)],
    balancers: records.made.flatMap(madeFor),
  };
  return unite(nothingSeen, { ...seen, isComplete: records.isComplete });
}

/** What was read at one time and at another: an uninstall destroys what it was read from. */
export function unite(a: Remains, b: Remains): Remains {
  const listeners = new Map<string, RemainingListeners>();
  for (const one of [...a.listeners, ...b.listeners]) {
    const key = `${one.owner.uid} ${one.loadBalancerId} ${one.listenerName}`;
    const places = new Set([...(listeners.get(key)?.places ?? []), ...one.places]);
    listeners.set(key, { ...one, places: [...places] });
  }
  return {
    listeners: [...listeners.values()],
    balancers: uniteBalancers([...a.balancers, ...b.balancers]),
    isComplete: a.isComplete || b.isComplete,
  };
}

/** Of each owner the CLB as it was read last, and the former ones. */
function uniteBalancers(all: readonly RemainingBalancer[]): readonly RemainingBalancer[] {
  const keyOf = ({ owner, loadBalancerId, isFormer }: RemainingBalancer) =>
    `${owner.uid} ${isFormer === true ? (loadBalancerId ?? '') : ''}`;
  const distinct = [...new Map(all.map((one) => [keyOf(one), one])).values()];
  const inUse = new Set(
    distinct.flatMap(({ loadBalancerId, isFormer }) => (isFormer === true ? [] : [loadBalancerId])),
  );
  return distinct.filter(({ loadBalancerId, isFormer }) => isFormer !== true || !inUse.has(loadBalancerId));
}

/** How the names of all listeners that this cluster made begin. */
export function listenerPrefix(clusterId: string): string {
  return listenerName(clusterId, '');
}

function madeFor(record: OwnedBalancer): readonly RemainingBalancer[] {
  const { owner, balancerId, former } = record;
  return [
    ...(isMade(record) ? [{ owner, loadBalancerId: balancerId }] : []),
    ...(former === undefined ? [] : [{ owner, loadBalancerId: former.balancerId, isFormer: true } as const]),
  ];
}

/** Of a listener with rules the rules are named, if they are known. */
function recordedListeners({ balancerId, owner }: RecordEntry, clusterId: string): RemainingListeners {
  const { kind, uid, places, rules = [] } = owner;
  const isNamed = (place: string) => rules.some(({ protocol, port }) => place === `${protocol}/${port}`);
  return {
    owner,
    loadBalancerId: balancerId,
    places: [...places.filter((place) => !isNamed(place)), ...rules.map(describePlace)],
    listenerName: listenerName(clusterId, kind === 'Ingress' ? sharedGroup : uid),
  };
}
