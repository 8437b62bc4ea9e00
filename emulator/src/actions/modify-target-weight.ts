import { defineAction } from './action.ts';
import { requireLoadBalancer } from './lookup.ts';
import { startWeightTask } from './weights.ts';

export const modifyTargetWeight = defineAction('ModifyTargetWeight', (request, context) => {
  startWeightTask(requireLoadBalancer(context, request.LoadBalancerId), [request], context);
  return {};
});
