import { balancerIdOf } from '../model/balancer-ref.ts';
import { isPodBinding, selects, type Binding } from '../model/binding.ts';
import type { ListenerAnswer } from '../model/clb-port.ts';
import type { ClusterView } from '../model/cluster-port.ts';
import type { ObservedListener, ObservedLoadBalancer } from '../model/observed.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { hasRules } from '../model/place.ts';
import { groupOfListener, makerOfListener } from './listener-name.ts';

interface Known {
  readonly clusterId: string;
  /** Every owner that has to do with the CLB. */
  readonly owners: readonly OwnerView[];
}

type Pods = Pick<ClusterView, 'podWithUid'>;

/**
 * Whether it may be a listener of ours whose name was changed by hand: an L4 listener that no install of clb-direct
 * names as its own, at a place that an owner claims. Its targets will tell.
 */
export function mayBeRenamed(
  { name, protocol, port }: Pick<ListenerAnswer, 'name' | 'protocol' | 'port'>,
  { clusterId, owners }: Known,
): boolean {
  if (hasRules(protocol) || groupOfListener(name, clusterId) !== undefined || makerOfListener(name) !== undefined) {
    return false;
  }
  return owners.some((owner) => bindingsAt({ protocol, port }, owner).length > 0);
}

/**
 * The same tree, in which listeners that were renamed by hand belong to their owners again: only we tag a target with
 * the UID of a pod. All others that are not ours have no targets here, as in any look. At a listener that owners use by
 * its id a marked target proves nothing: its tag, read, is the UID too, and the listener is somebody else's.
 */
export function takeBack(observed: ObservedLoadBalancer, known: Known, pods: Pods): ObservedLoadBalancer {
  const listeners = observed.listeners.map((listener) => {
    if (listener.isOurs) return listener;
    const { others, ...rest } = listener;
    const owner = ownerByTargets({ ...listener, targets: others ?? listener.targets }, observed.id, known, pods);
    const targets = new Map([...listener.targets, ...(others ?? [])]);
    if (owner !== undefined) return { ...rest, targets, isOurs: true, ownerUids: [owner.uid] };
    return others === undefined ? { ...listener, targets: new Map() } : listener;
  });
  return { ...observed, listeners };
}

function ownerByTargets(
  listener: ObservedListener,
  balancerId: string,
  { clusterId, owners }: Known,
  pods: Pods,
): OwnerView | undefined {
  const uids = [...listener.targets.values()].flatMap(({ tag }) => (tag === undefined || tag === '' ? [] : [tag]));
  const { name, place } = listener;
  if (uids.length === 0 || !mayBeRenamed({ name, ...place }, { clusterId, owners })) return undefined;
  const proven = owners.filter((owner) =>
    bindingsAt(place, owner).some((binding) => isOn(binding, owner, balancerId) && areOf(binding, uids, pods)),
  );
  return proven.toSorted((a, b) => a.createdAtMs - b.createdAtMs)[0];
}

/** Where it names the CLB, or where our record and finalizer say that it was. */
function isOn({ balancer }: Binding, { hasFinalizer, recordedBalancers }: OwnerView, balancerId: string): boolean {
  return hasFinalizer && (balancerIdOf(balancer) === balancerId || recordedBalancers.includes(balancerId));
}

function bindingsAt({ protocol, port }: { readonly protocol: string; readonly port: number }, owner: OwnerView) {
  return owner.bindings.filter(
    ({ place, existing }) => existing === undefined && place.protocol === protocol && place.port === port,
  );
}

/**
 * A pod that the binding selects is among them, or its owner's own endpoint, and no pod of another namespace. Others of
 * its namespace were selected before; a UID that no pod has is that of a pod that is gone.
 */
function areOf(binding: Binding, uids: readonly string[], pods: Pods): boolean {
  const { owner } = binding;
  const known = uids.flatMap((uid) => pods.podWithUid(uid) ?? []);
  const isSelected = isPodBinding(binding) && known.some((pod) => selects(binding.backends.selector, pod));
  return (isSelected || uids.includes(owner.uid)) && known.every(({ namespace }) => namespace === owner.namespace);
}
