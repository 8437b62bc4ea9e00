import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { isVipTaken, nextFreeVip } from '../../state/vip-pool.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const createLoadBalancerSnatIps = defineAction('CreateLoadBalancerSnatIps', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const { store, quotas, vips } = context;
  if (!loadBalancer.snatPro) throw new ApiError('FailedOperation', `SnatPro of ${loadBalancer.id} is off.`);
  const wanted = request.SnatIps.flatMap((asked): { SubnetId: string; Ip?: string }[] =>
    asked.Ip === undefined ? Array.from({ length: request.Number ?? 1 }, () => asked) : [asked],
  );
  checkQuota(`SNAT IPs of ${loadBalancer.id}`, loadBalancer.snatIps.length, wanted.length, quotas.snatIps);
  const taken = wanted.find(({ Ip }) => Ip !== undefined && isVipTaken(store, Ip));
  if (taken) throw new ApiError('InvalidParameterValue.Duplicate', `The address ${taken.Ip ?? ''} is taken.`);
  startTask(context, [loadBalancer.id], () => {
    for (const { SubnetId, Ip } of wanted) {
      const added = { SubnetId, Ip: Ip ?? nextFreeVip(store, vips) ?? '' };
      store.changeLoadBalancer(loadBalancer, { snatIps: [...loadBalancer.snatIps, added] });
    }
  });
  return {};
});
