import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { changeNow } from '../parts/load-balancer-settings.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const modifyLoadBalancerMixIpTarget = defineAction('ModifyLoadBalancerMixIpTarget', (request, context) => {
  const { LoadBalancerIds: ids, MixIpTarget: mixIpTarget } = request;
  const foreign = ids.find((id) => requireLoadBalancer(context, id).ipv6Mode !== 'IPv6FullChain');
  if (foreign === undefined) return changeNow(context, ids, () => ({ mixIpTarget }));
  throw new ApiError('InvalidParameter', `MixIpTarget is for IPv6FullChain load balancers, and ${foreign} is none.`);
});
