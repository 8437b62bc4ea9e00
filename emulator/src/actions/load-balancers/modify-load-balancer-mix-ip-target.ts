import { defineAction } from '../parts/action.ts';
import { changeNow } from '../parts/load-balancer-settings.ts';

export const modifyLoadBalancerMixIpTarget = defineAction('ModifyLoadBalancerMixIpTarget', (request, context) =>
  changeNow(context, request.LoadBalancerIds, () => ({ mixIpTarget: request.MixIpTarget })),
);
