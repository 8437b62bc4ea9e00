import type { Listener, LoadBalancer, Rule } from '../state/model.ts';
import type { Store } from '../state/store.ts';

function describeRule({ id, domains, url, http2, forwardType, healthCheck, targets }: Rule) {
  return { id, domains, url, http2, forwardType, healthCheck, targets };
}

function describeListener(listener: Listener) {
  const { id, name, protocol, port, healthCheck, targets, rules } = listener;
  return { id, name, protocol, port, healthCheck, targets, rules: rules.map(describeRule) };
}

function describeLoadBalancer({ id, name, vips, vpcId, region, usable, listeners }: LoadBalancer) {
  return { id, name, vips, vpcId, region, usable, listeners: listeners.map(describeListener) };
}

/** The whole state as the admin API shows it. */
export function describeState(store: Store) {
  return { loadBalancers: [...store.loadBalancers.values()].map(describeLoadBalancer) };
}
