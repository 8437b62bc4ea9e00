import { defineAction } from '../parts/action.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { startWeightTask } from '../parts/weight-task.ts';

export const modifyTargetWeight = defineAction('ModifyTargetWeight', (request, context) => {
  startWeightTask(requireLoadBalancer(context, request.LoadBalancerId), [request], context);
  return {};
});
