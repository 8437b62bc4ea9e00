import { defineAction } from '../parts/action.ts';
import { requireDistinctMembers, runBatch, sharesByPlace } from '../parts/batch-targets.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { checkAddresses, checkTargetQuota, register, whyNotRegister } from '../parts/target-requests.ts';

export const batchRegisterTargets = defineAction('BatchRegisterTargets', ({ LoadBalancerId, Targets }, context) => {
  const loadBalancer = requireLoadBalancer(context, LoadBalancerId);
  checkAddresses(Targets);
  requireDistinctMembers(Targets);
  for (const { at, own } of sharesByPlace(loadBalancer, Targets)) checkTargetQuota(context, at, own);
  const operation = { whyNot: whyNotRegister.bind(null, context), apply: register.bind(null, context) };
  return runBatch(context, loadBalancer, Targets, operation);
});
