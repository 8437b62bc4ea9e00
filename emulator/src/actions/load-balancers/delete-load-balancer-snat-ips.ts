import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const deleteLoadBalancerSnatIps = defineAction('DeleteLoadBalancerSnatIps', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const missing = request.Ips.find((ip) => !loadBalancer.snatIps.some(({ Ip }) => Ip === ip));
  if (missing !== undefined) throw new ApiError('InvalidParameter', `The SNAT IP ${missing} is not found.`);
  startTask(context, [loadBalancer.id], () => {
    const snatIps = loadBalancer.snatIps.filter(({ Ip }) => !request.Ips.includes(Ip));
    context.store.changeLoadBalancer(loadBalancer, { snatIps });
  });
  return {};
});
