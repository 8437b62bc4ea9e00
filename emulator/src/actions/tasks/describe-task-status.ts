import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';

export const describeTaskStatus = defineAction('DescribeTaskStatus', ({ TaskId, DealName }, { tasks }) => {
  const id = TaskId ?? DealName;
  if (id === undefined) {
    throw new ApiError('MissingParameter', 'The request is missing a required parameter `TaskId`.');
  }
  const task = tasks.find(id);
  if (!task) throw new ApiError('InvalidParameter', `The task ${id} is not found.`);
  return { Status: task.status, LoadBalancerIds: [...task.loadBalancerIds], Message: task.message };
});
