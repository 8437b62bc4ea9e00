import { defineAction } from '../parts/action.ts';
import { changeNow } from '../parts/load-balancer-settings.ts';

export const modifyLoadBalancersProject = defineAction('ModifyLoadBalancersProject', (request, context) =>
  changeNow(context, request.LoadBalancerIds, () => ({ projectId: request.ProjectId })),
);
