import type {
  DescribeTaskStatusRequest,
  DescribeTaskStatusResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import { defineAction } from './action.ts';
import { fields, text } from './fields.ts';

export const describeTaskStatus = defineAction<DescribeTaskStatusRequest, DescribeTaskStatusResponse>({
  name: 'DescribeTaskStatus',
  write: false,
  schema: fields({ TaskId: text(), DealName: text() }),
  run(request, { tasks }) {
    if (request.TaskId === undefined) {
      throw new ApiError('MissingParameter', 'The request is missing a required parameter `TaskId`.');
    }
    const task = tasks.find(request.TaskId);
    if (!task) throw new ApiError('InvalidParameter', `The task ${request.TaskId} is not found.`);
    return { Status: task.status, LoadBalancerIds: [...task.loadBalancerIds], Message: task.message };
  },
});
