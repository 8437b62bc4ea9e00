import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requirePlace, requireLoadBalancer } from '../parts/lookup.ts';
import { checkAddresses, deregister, requireDistinct, whyNotDeregister } from '../parts/target-requests.ts';

export const deregisterTargets = defineAction('DeregisterTargets', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const at = requirePlace(loadBalancer, request.ListenerId, request);
  checkAddresses(request.Targets);
  requireDistinct(request.Targets, () => '');
  const reasons = request.Targets.map((target) => whyNotDeregister(context, at, target));
  const why = reasons.find((reason) => reason !== undefined);
  if (why !== undefined) throw new ApiError('InvalidParameter', why);
  startTask(context, [loadBalancer.id], () => request.Targets.forEach((target) => deregister(context, at, target)));
  return {};
});
