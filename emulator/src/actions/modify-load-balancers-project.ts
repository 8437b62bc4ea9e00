import { defineAction } from './action.ts';
import { changeNow } from './settings.ts';

export const modifyLoadBalancersProject = defineAction('ModifyLoadBalancersProject', (request, context) =>
  changeNow(context, request.LoadBalancerIds, () => ({ projectId: request.ProjectId })),
);
