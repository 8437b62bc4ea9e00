import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';

export const setLoadBalancerStartStatus = defineAction('SetLoadBalancerStartStatus', (request, context) => {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  if (request.ListenerIds?.length) {
    throw new ApiError('UnsupportedOperation', 'The emulator stops whole load balancers only: leave ListenerIds out.');
  }
  const started = request.OperationType === 'Start';
  startTask(context, [loadBalancer.id], () => context.store.changeLoadBalancer(loadBalancer, { started }));
  return {};
});
