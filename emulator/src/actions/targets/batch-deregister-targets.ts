import { defineAction } from '../parts/action.ts';
import { requireDistinctMembers, runBatch } from '../parts/batch-targets.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { checkAddresses, deregister, whyNotDeregister } from '../parts/target-requests.ts';

export const batchDeregisterTargets = defineAction('BatchDeregisterTargets', ({ LoadBalancerId, Targets }, context) => {
  const loadBalancer = requireLoadBalancer(context, LoadBalancerId);
  checkAddresses(Targets);
  requireDistinctMembers(Targets);
  const operation = { whyNot: whyNotDeregister.bind(null, context), apply: deregister.bind(null, context) };
  return runBatch(context, loadBalancer, Targets, operation);
});
