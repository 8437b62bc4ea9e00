import { defineAction } from '../parts/action.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { checkTotal } from '../parts/modify-list.ts';
import { startWeightTask } from '../parts/weight-task.ts';

export const batchModifyTargetWeight = defineAction(
  'BatchModifyTargetWeight',
  ({ LoadBalancerId, ModifyList }, context) => {
    checkTotal(ModifyList);
    startWeightTask(requireLoadBalancer(context, LoadBalancerId), ModifyList, context);
    return {};
  },
);
