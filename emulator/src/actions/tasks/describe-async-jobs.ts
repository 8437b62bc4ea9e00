import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';

const words = { 0: 'Succeeded', 1: 'Failed', 2: 'Processing' } as const;

/** Many tasks at once. Whether the cloud lists those of load balancers is not confirmed: its only sample has others. */
export const describeAsyncJobs = defineAction('DescribeAsyncJobs', (request, { tasks, switches }) => {
  const { RequestIds, NextToken = '0', MaxResults = 20 } = request;
  if (!/^\d{0,9}$/.test(NextToken))
    throw new ApiError('InvalidParameter.FormatError', `NextToken ${NextToken} is wrong.`);
  const offset = Number(NextToken);
  const asked = RequestIds?.length ? RequestIds : tasks.ids();
  const ids = switches.asyncJobsKnowTasks ? asked : [];
  const jobs = ids.flatMap((id) => {
    const task = tasks.find(id);
    return task ? [{ id, task }] : [];
  });
  const end = offset + MaxResults;
  return {
    Jobs: jobs.slice(offset, end).map(({ id, task }) => ({
      ApiName: task.action,
      RequestId: id,
      Status: words[task.status],
      ResourceIds: [...task.loadBalancerIds],
    })),
    NextToken: end < jobs.length ? String(end) : '',
    MaxResults,
    TotalCount: jobs.length,
  };
});
