import { ApiError } from '../api/api-error.ts';
import { defineAction, type ActionContext, type RequestOf } from './action.ts';
import { checkBalancerQuota, newLoadBalancer } from './new-load-balancer.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

function checkRequest(request: Request): void {
  if (request.LoadBalancerType === 'INTERNAL' && !request.SubnetId) {
    throw new ApiError('MissingParameter', 'The request is missing a required parameter `SubnetId`.');
  }
  if (request.AddressIPVersion !== undefined && request.AddressIPVersion.toUpperCase() !== 'IPV4') {
    throw new ApiError('UnsupportedOperation', 'The emulator makes IPv4 load balancers only.');
  }
  if (request.Vip !== undefined && (request.Number ?? 1) > 1) {
    throw new ApiError('InvalidParameter', 'With Vip, Number must be 1.');
  }
}

function createAll(request: Request, context: ActionContext): string[] {
  checkRequest(request);
  const { Number: count = 1 } = request;
  checkBalancerQuota(context, request.LoadBalancerType, count);
  const made = Array.from({ length: count }, () => {
    const loadBalancer = newLoadBalancer(request, context);
    // It shows at once with Status 0, as in the cloud; the VIP shows when it is usable.
    context.store.putLoadBalancer(loadBalancer);
    return loadBalancer;
  });
  const ids = made.map(({ id }) => id);
  const { action, requestId, tasks, store } = context;
  const apply = () => made.forEach((loadBalancer) => store.changeLoadBalancer(loadBalancer, { usable: true }));
  tasks.start({ action, kind: 'create', requestId, loadBalancerIds: ids, apply });
  return ids;
}

export const createLoadBalancer = defineAction('CreateLoadBalancer', (request, context) => {
  const { ClientToken: token, LBChargeType } = request;
  const { clientTokens } = context.store;
  const ids = (token === undefined ? undefined : clientTokens.get(token)) ?? createAll(request, context);
  if (token !== undefined) clientTokens.set(token, ids);
  // Only what is paid in advance has an order; DescribeTaskStatus knows it by this name.
  return { LoadBalancerIds: ids, DealName: LBChargeType === 'PREPAID' ? context.requestId : null };
});
