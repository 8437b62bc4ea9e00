import { slotOf, type Binding, type Problem } from './binding.ts';
import type { Health, ListenerSpec, TargetHealth } from './clb-port.ts';
import { ownerOfListener } from './ownership.ts';
import { isServing, refOf } from './target.ts';

/** A target as it was last seen, with whose it is. */
export interface SeenTarget {
  readonly weight: number;
  /** The UID of the pod that it was registered for; undefined when nobody knows. */
  readonly ownerUid: string | undefined;
  readonly health: Health | undefined;
}

/** What was last seen of one CLB: the board's entry. A cache that may be lost. */
export interface Sight {
  readonly loadBalancerId: string;
  /** The listener of each binding, by bindingKey. */
  readonly listenerIds: ReadonlyMap<string, string>;
  readonly targets: ReadonlyMap<string, SeenTarget>;
  /** What stands in a binding's way, by bindingKey. */
  readonly obstacles: ReadonlyMap<string, Problem>;
  /** UIDs of the Services that have listeners here or are getting them now. */
  readonly serviceUids: ReadonlySet<string>;
  /** The addresses or the domain that clients use. */
  readonly addresses: readonly string[];
  /** Targets that should carry traffic, by targetKey. */
  readonly wanted: ReadonlySet<string>;
  /** A step of the plan waits for health. */
  readonly holdsBack: boolean;
  /** Why the last look or the last change failed; undefined when it did not. */
  readonly trouble: Problem | undefined;
  /** unseen: no look has succeeded yet; absent: the last look found no such CLB. */
  readonly state: 'unseen' | 'absent' | 'seen';
}

export function emptySight(loadBalancerId: string): Sight {
  return {
    loadBalancerId,
    listenerIds: new Map(),
    targets: new Map(),
    obstacles: new Map(),
    serviceUids: new Set(),
    addresses: [],
    wanted: new Set(),
    holdsBack: false,
    trouble: undefined,
    state: 'unseen',
  };
}

export function bindingKey(binding: Pick<Binding, 'serviceUid' | 'protocol' | 'port'>): string {
  return `${binding.serviceUid} ${slotOf(binding)}`;
}

/** The bindingKey of the binding that a listener of ours is to be made for. */
export function bindingKeyOf(spec: ListenerSpec, clusterId: string): string {
  return `${ownerOfListener(spec.name, clusterId)} ${slotOf(spec)}`;
}

/** The binding has its listener, and some target there is healthy. */
export function isServed(sight: Sight, binding: Binding): boolean {
  const prefix = `${sight.listenerIds.get(bindingKey(binding))}/`;
  const isHealthy = (target: string) => target.startsWith(prefix) && isServing(sight.targets.get(target)?.health);
  return [...sight.wanted].some(isHealthy);
}

/** Somebody waits for a health check: a wanted target is not served yet. */
export function awaitsHealth(sight: Sight): boolean {
  return [...sight.wanted].some((key) => !isServing(sight.targets.get(key)?.health));
}

/** The answer does not speak of a listener whose targets had a health before: somebody may have deleted it. */
export function lacksListener(sight: Sight, healths: readonly TargetHealth[]): boolean {
  const spokenOf = new Set(healths.map(({ listenerId }) => listenerId));
  return [...sight.targets].some(([key, { health }]) => health !== undefined && !spokenOf.has(refOf(key).listenerId));
}

/** No listener of this Service stands here or is being made. While nothing is known, that is not known either. */
export function isFreeOf(sight: Sight | undefined, serviceUid: string): boolean {
  return sight !== undefined && sight.state !== 'unseen' && !sight.serviceUids.has(serviceUid);
}

/** What a Service waits for that moves to this CLB; it says the same again while nothing happens. */
export function progressOf(sight: Sight | undefined): string {
  if (sight === undefined) return '';
  const listeners = [...sight.listenerIds.values()];
  const served = [...sight.wanted].filter((key) => isServing(sight.targets.get(key)?.health));
  return [sight.wanted.size, ...listeners.toSorted(), ...served.toSorted()].join(' ');
}
