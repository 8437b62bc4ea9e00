import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import type { Order } from '../../state/store.ts';
import { checkBalancerQuota, newLoadBalancer } from '../parts/new-load-balancer.ts';
import { checkCreation } from './create-checks.ts';

type Request = RequestOf<'CreateLoadBalancer'>;

function createAll(request: Request, context: ActionContext): string[] {
  checkCreation(request);
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
