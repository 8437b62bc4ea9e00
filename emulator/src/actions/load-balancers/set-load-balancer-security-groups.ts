import { defineAction } from '../parts/action.ts';
import { changeNow } from '../parts/load-balancer-settings.ts';

export const setLoadBalancerSecurityGroups = defineAction('SetLoadBalancerSecurityGroups', (request, context) =>
  changeNow(context, [request.LoadBalancerId], () => ({ secureGroups: request.SecurityGroups ?? [] })),
);
