import { defineAction } from './action.ts';
import { changeNow } from './settings.ts';

export const setLoadBalancerSecurityGroups = defineAction('SetLoadBalancerSecurityGroups', (request, context) =>
  changeNow(context, [request.LoadBalancerId], () => ({ secureGroups: request.SecurityGroups ?? [] })),
);
