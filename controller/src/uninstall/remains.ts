import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import type { Owner } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { describePlace } from '../core/model/place.ts';
import type { RecordEntry } from '../core/model/record.ts';
import { listenerName, sharedGroup } from '../core/plan/listener-name.ts';
import { remainingListeners, type RemainingListeners } from './judge-uninstall.ts';
import type { Records } from './list-records.ts';

/** A CLB that was made for an owner, and that nobody deletes any more once its record is gone. */
export interface RemainingBalancer {
  readonly owner: Owner;
  /** undefined: it is not known yet; the CLB carries the owner's UID as a tag. */
  readonly loadBalancerId: string | undefined;
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
    balancers: records.made.map(made),
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
  const balancers = new Map([...a.balancers, ...b.balancers].map((one) => [one.owner.uid, one]));
  return {
    listeners: [...listeners.values()],
    balancers: [...balancers.values()],
    isComplete: a.isComplete || b.isComplete,
  };
}

/** How the names of all listeners that this cluster made begin. */
export function listenerPrefix(clusterId: string): string {
  return listenerName(clusterId, '');
}

function made({ owner, balancerId }: OwnedBalancer): RemainingBalancer {
  return { owner, loadBalancerId: balancerId };
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
