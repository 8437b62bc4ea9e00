import type {
  DeleteListenerRequest,
  DeleteListenerResponse,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { defineAction } from './action.ts';
import { fields, text } from './fields.ts';
import { requireListener, requireLoadBalancer } from './lookup.ts';

export const deleteListener = defineAction<DeleteListenerRequest, DeleteListenerResponse>({
  name: 'DeleteListener',
  write: true,
  schema: fields({ LoadBalancerId: text(), ListenerId: text() }, ['LoadBalancerId', 'ListenerId']),
  run(request, context) {
    const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
    const listener = requireListener(loadBalancer, request.ListenerId);
    context.tasks.start({
      action: 'DeleteListener',
      kind: 'task',
      requestId: context.requestId,
      loadBalancerIds: [loadBalancer.id],
      apply: () => context.store.removeListener(loadBalancer, listener),
    });
    return {};
  },
});
