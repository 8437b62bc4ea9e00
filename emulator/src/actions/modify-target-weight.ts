import type {
  ModifyTargetWeightRequest,
  ModifyTargetWeightResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { defineAction } from './action.ts';
import { fields, text } from './fields.ts';
import { requireLoadBalancer } from './lookup.ts';
import { startWeightTask, weightRuleFields } from './weights.ts';

export const modifyTargetWeight = defineAction<ModifyTargetWeightRequest, ModifyTargetWeightResponse>({
  name: 'ModifyTargetWeight',
  write: true,
  schema: fields({ LoadBalancerId: text(), ...weightRuleFields() }, ['LoadBalancerId', 'ListenerId', 'Targets']),
  run(request, context) {
    startWeightTask('ModifyTargetWeight', requireLoadBalancer(context, request.LoadBalancerId), [request], context);
    return {};
  },
});
