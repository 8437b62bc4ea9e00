import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requirePlace, requireLoadBalancer } from '../parts/lookup.ts';
import {
  checkAddresses,
  checkTargetQuota,
  register,
  requireDistinct,
  whyNotRegister,
} from '../parts/target-requests.ts';

export const registerTargets = defineAction('RegisterTargets', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const at = requirePlace(loadBalancer, request.ListenerId, request);
  checkAddresses(request.Targets);
  requireDistinct(request.Targets, () => '');
  const why = request.Targets.map((target) => whyNotRegister(context, at, target)).find(
    (reason) => reason !== undefined,
  );
  if (why !== undefined) throw new ApiError('InvalidParameter', why);
  checkTargetQuota(context, at, request.Targets);
  startTask(context, [loadBalancer.id], () => request.Targets.forEach((target) => register(context, at, target)));
  return {};
});
