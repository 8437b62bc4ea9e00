import { defineAction } from './action.ts';
import { regionalLoadBalancers } from './lookup.ts';

export const describeLoadBalancerOverview = defineAction('DescribeLoadBalancerOverview', (_request, context) => {
  const all = regionalLoadBalancers(context);
  return {
    TotalCount: all.length,
    RunningCount: all.filter(({ usable }) => usable).length,
    IsolationCount: 0,
    WillExpireCount: 0,
  };
});
