import type {
  BatchModifyTargetWeightRequest,
  BatchModifyTargetWeightResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import { defineAction } from './action.ts';
import { fields, listOf, text } from './fields.ts';
import { requireLoadBalancer } from './lookup.ts';
import { startWeightTask, weightRuleFields } from './weights.ts';

/** Of all rules together (API notes). */
const maxTargets = 500;

export const batchModifyTargetWeight = defineAction<BatchModifyTargetWeightRequest, BatchModifyTargetWeightResponse>({
  name: 'BatchModifyTargetWeight',
  write: true,
  schema: fields(
    { LoadBalancerId: text(), ModifyList: listOf(fields(weightRuleFields(50), ['ListenerId', 'Targets']), 100, 1) },
    ['LoadBalancerId', 'ModifyList'],
  ),
  run(request, context) {
    const count = request.ModifyList.reduce((sum, rule) => sum + rule.Targets.length, 0);
    if (count > maxTargets) {
      throw new ApiError(
        'InvalidParameterValue.Length',
        `ModifyList holds ${count} targets, at most ${maxTargets} are allowed.`,
      );
    }
    const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
    startWeightTask('BatchModifyTargetWeight', loadBalancer, request.ModifyList, context);
    return {};
  },
});
