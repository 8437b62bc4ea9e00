import { defineAction } from './action.ts';
import { requireLoadBalancer } from './lookup.ts';
import { checkTotal } from './modify-list.ts';
import { startWeightTask } from './weights.ts';

export const batchModifyTargetWeight = defineAction(
  'BatchModifyTargetWeight',
  ({ LoadBalancerId, ModifyList }, context) => {
    checkTotal(ModifyList);
    startWeightTask(requireLoadBalancer(context, LoadBalancerId), ModifyList, context);
    return {};
  },
);
