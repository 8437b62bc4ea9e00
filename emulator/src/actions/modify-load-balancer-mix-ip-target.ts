import { defineAction } from './action.ts';
import { changeNow } from './settings.ts';

export const modifyLoadBalancerMixIpTarget = defineAction('ModifyLoadBalancerMixIpTarget', (request, context) =>
  changeNow(context, request.LoadBalancerIds, () => ({ mixIpTarget: request.MixIpTarget })),
);
