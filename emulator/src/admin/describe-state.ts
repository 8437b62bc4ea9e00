import type { Listener, LoadBalancer } from '../state/model.ts';
import type { Store } from '../state/store.ts';

function describeListener(listener: Listener) {
  const { id, name, protocol, port, healthCheck, targets } = listener;
  return { id, name, protocol, port, healthCheck, targets };
}

function describeLoadBalancer({ id, name, vips, vpcId, region, usable, listeners }: LoadBalancer) {
  return { id, name, vips, vpcId, region, usable, listeners: listeners.map(describeListener) };
}

/** The whole state as the admin API shows it. */
export function describeState(store: Store) {
  return { loadBalancers: [...store.loadBalancers.values()].map(describeLoadBalancer) };
}
