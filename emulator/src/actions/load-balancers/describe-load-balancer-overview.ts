import { defineAction } from '../parts/action.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

export const describeLoadBalancerOverview = defineAction('DescribeLoadBalancerOverview', (_request, context) => {
  const all = regionalLoadBalancers(context);
  return {
    TotalCount: all.length,
    RunningCount: all.filter(({ usable }) => usable).length,
    IsolationCount: 0,
    WillExpireCount: 0,
  };
});
