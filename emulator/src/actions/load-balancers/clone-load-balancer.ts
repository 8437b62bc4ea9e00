import { ApiError } from '../../errors/api-error.ts';
import { newId } from '../../state/ids.ts';
import type { Listener, LoadBalancer, Rule } from '../../state/model.ts';
import { defineAction, type ActionContext } from '../parts/action.ts';
import { versionOf } from '../parts/address-versions.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { checkBalancerQuota, newLoadBalancer } from '../parts/new-load-balancer.ts';

function copyTargets(targets: Listener['targets'], nowMs: number) {
  return targets.map(({ ip, port, weight, tag }) => ({
    ...{ ip, port, weight, tag },
    health: 'Unknown' as const,
    registeredAtMs: nowMs,
  }));
}

function copyInto(copy: LoadBalancer, source: LoadBalancer, { store, random, clock }: ActionContext): void {
  const createdAtMs = clock.now();
  for (const listener of source.listeners) {
    const twin: Listener = { ...listener, id: newId('lbl', { store, random }), createdAtMs, targets: [], rules: [] };
    store.addListener(copy, twin);
    copyTargets(listener.targets, createdAtMs).forEach((target) =>
      store.bind({ loadBalancer: copy, listener: twin, target }),
    );
    for (const rule of listener.rules) {
      // A redirection leads to a rule of the source: it is not taken over.
      const ruleTwin: Rule = { ...rule, id: newId('loc', { store, random }), createdAtMs, targets: [], rewrite: null };
      store.addRule(copy, twin, ruleTwin);
      copyTargets(rule.targets, createdAtMs).forEach((target) =>
        store.bind({ loadBalancer: copy, listener: twin, rule: ruleTwin, target }),
      );
    }
  }
}

/** Makes another load balancer with the same listeners, rules and targets; DescribeTaskStatus answers its id. */
export const cloneLoadBalancer = defineAction('CloneLoadBalancer', (request, context) => {
  const source = requireLoadBalancer(context, request.LoadBalancerId);
  if (source.ipv6Mode === 'IPv6Nat64') {
    throw new ApiError('UnsupportedOperation', `${source.id} is of IPv6 NAT64, which cannot be cloned.`);
  }
  checkBalancerQuota(context, source.type, 1);
  const { store, tasks, action, requestId } = context;
  const like = { LoadBalancerType: source.type, VpcId: source.vpcId, SlaType: source.slaType };
  const subnet = source.subnetId === null ? {} : { SubnetId: source.subnetId };
  const address = { AddressIPVersion: versionOf(source.ipv6Mode), DynamicVip: source.domain !== null };
  const copy = newLoadBalancer({ ...like, ...address, ...subnet, ...request }, context);
  const apply = () => {
    store.putLoadBalancer(copy);
    copyInto(copy, source, context);
    store.changeLoadBalancer(copy, { usable: true });
  };
  tasks.start({ action, kind: 'create', requestId, loadBalancerIds: [source.id], made: [copy.id], apply });
  return {};
});
