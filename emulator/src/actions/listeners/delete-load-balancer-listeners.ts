import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireListener, requireLoadBalancer } from '../parts/lookup.ts';
import { requireNotRedirectedTo } from '../parts/rewrite-pairs.ts';

/** Without ListenerIds all listeners go, as in the cloud. */
export const deleteLoadBalancerListeners = defineAction('DeleteLoadBalancerListeners', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const { ListenerIds: ids = [] } = request;
  const doomed = ids.length > 0 ? ids.map((id) => requireListener(loadBalancer, id)) : [...loadBalancer.listeners];
  if (doomed.length === 0) {
    throw new ApiError('FailedOperation.NoListenerInLB', `${loadBalancer.id} has no listeners.`);
  }
  requireNotRedirectedTo(
    loadBalancer,
    doomed.flatMap(({ rules }) => rules),
  );
  startTask(context, [loadBalancer.id], () =>
    doomed.forEach((listener) => context.store.removeListener(loadBalancer, listener)),
  );
  return {};
});
