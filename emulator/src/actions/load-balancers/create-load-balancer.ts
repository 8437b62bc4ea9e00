import { ApiError } from '../../errors/api-error.ts';
import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import type { Order } from '../../state/store.ts';
import { checkBalancerQuota, newLoadBalancer } from '../parts/new-load-balancer.ts';

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

/** What was made; the same token makes it once, and its requests share a task. */
function createOnce(request: Request, context: ActionContext): Order {
  const { requestId, store, tasks } = context;
  const first = store.orders.get(request.ClientToken ?? '');
  if (first) {
    tasks.share(requestId, first.requestId);
    return first;
  }
  const made = { requestId, ids: createAll(request, context) };
  if (request.ClientToken) store.orders.set(request.ClientToken, made);
  return made;
}

export const createLoadBalancer = defineAction('CreateLoadBalancer', (request, context) => {
  const { ids, requestId } = createOnce(request, context);
  // DescribeTaskStatus knows the order by this name.
  return { LoadBalancerIds: context.switches.createAnswersIds ? [...ids] : [], DealName: requestId };
});
