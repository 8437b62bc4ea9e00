import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const modifyLoadBalancerSla = defineAction('ModifyLoadBalancerSla', ({ LoadBalancerSla }, context) => {
  const wanted = LoadBalancerSla.map(({ LoadBalancerId, SlaType: slaType }) => ({
    loadBalancer: requireLoadBalancer(context, LoadBalancerId),
    slaType,
  }));
  const ids = wanted.map(({ loadBalancer }) => loadBalancer.id);
  startTask(context, ids, () =>
    wanted.forEach(({ loadBalancer, slaType }) => context.store.changeLoadBalancer(loadBalancer, { slaType })),
  );
  return {};
});
