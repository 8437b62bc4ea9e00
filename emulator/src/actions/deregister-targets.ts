import { ApiError } from '../errors/api-error.ts';
import { defineAction } from './action.ts';
import { startTask } from './start-task.ts';
import { requirePlace, requireLoadBalancer } from './lookup.ts';
import { checkAddresses, deregister, whyNotDeregister } from './target-requests.ts';

export const deregisterTargets = defineAction('DeregisterTargets', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const at = requirePlace(loadBalancer, request.ListenerId, request);
  checkAddresses(request.Targets);
  const reasons = request.Targets.map((target) => whyNotDeregister(context, at, target));
  const why = reasons.find((reason) => reason !== undefined);
  if (why !== undefined) throw new ApiError('InvalidParameter', why);
  startTask(context, [loadBalancer.id], () => request.Targets.forEach((target) => deregister(context, at, target)));
  return {};
});
