import { defineAction } from '../parts/action.ts';
import { pageOf } from '../parts/paging.ts';
import { targetsOf } from '../../state/place.ts';
import { regionalLoadBalancers } from '../parts/lookup.ts';

export const describeIdleLoadBalancers = defineAction('DescribeIdleLoadBalancers', (request, context) => {
  const region = request.LoadBalancerRegion ?? context.region;
  const idle = regionalLoadBalancers({ ...context, region }).filter((it) => targetsOf(it).length === 0);
  return {
    TotalCount: idle.length,
    IdleLoadBalancers: pageOf(idle, request).map((it) => ({
      LoadBalancerId: it.id,
      LoadBalancerName: it.name,
      Region: it.region,
      Vip: it.vips[0] ?? '',
      IdleReason: it.listeners.length === 0 ? 'NO_RULES' : 'NO_RS',
      Status: it.usable ? 1 : 0,
      Forward: 1,
    })),
  };
});
