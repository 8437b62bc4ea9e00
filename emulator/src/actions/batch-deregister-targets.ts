import { defineAction } from './action.ts';
import { runBatch } from './batch-targets.ts';
import { requireLoadBalancer } from './lookup.ts';
import { checkAddresses, deregister, whyNotDeregister } from './target-requests.ts';

export const batchDeregisterTargets = defineAction('BatchDeregisterTargets', ({ LoadBalancerId, Targets }, context) => {
  const loadBalancer = requireLoadBalancer(context, LoadBalancerId);
  checkAddresses(Targets);
  const operation = { whyNot: whyNotDeregister.bind(null, context), apply: deregister.bind(null, context) };
  return runBatch(context, loadBalancer, Targets, operation);
});
