import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { isVipTaken, nextFreeVip } from '../../state/vip-pool.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const createLoadBalancerSnatIps = defineAction('CreateLoadBalancerSnatIps', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const { store, quotas } = context;
  if (request.Number !== undefined && request.SnatIps.some(({ Ip }) => Ip !== undefined)) {
    throw new ApiError('InvalidParameter', 'Number is not for SnatIps that name their Ip.');
  }
  const wanted = request.SnatIps.flatMap((asked): { SubnetId: string; Ip?: string }[] =>
    asked.Ip === undefined ? Array.from({ length: request.Number ?? 1 }, () => asked) : [asked],
  );
  checkQuota(`SNAT IPs of ${loadBalancer.id}`, loadBalancer.snatIps.length, wanted.length, quotas.snatIps);
  const taken = wanted.find(({ Ip }) => Ip !== undefined && isVipTaken(store, Ip));
  if (taken) throw new ApiError('InvalidParameterValue.Duplicate', `The address ${taken.Ip ?? ''} is taken.`);
  startTask(context, [loadBalancer.id], () => {
    // It is switched on when it is off (documentation of the action).
    store.changeLoadBalancer(loadBalancer, { snatPro: true });
    for (const { SubnetId, Ip } of wanted) {
      const added = { SubnetId, Ip: Ip ?? nextFreeVip(store, context) ?? '' };
      store.changeLoadBalancer(loadBalancer, { snatIps: [...loadBalancer.snatIps, added] });
    }
  });
  return {};
});
