import type {
  BatchDeregisterTargetsRequest,
  BatchDeregisterTargetsResponse,
  BatchTarget,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, LoadBalancer } from '../state/model.ts';
import { findTarget } from '../state/store.ts';
import { defineAction, type ActionContext } from './action.ts';
import { applyShares, batchTargetsSchema, sharesByListener } from './batch-targets.ts';
import { requireLoadBalancer } from './lookup.ts';
import { checkAddresses } from './target-address.ts';

const addressOf = (target: BatchTarget) => target.EniIp ?? target.InstanceId ?? '';

function deregisterFrom(loadBalancer: LoadBalancer, { store, switches }: ActionContext) {
  return (listener: Listener, targets: BatchTarget[]): string | undefined => {
    const missing = targets.find((target) => !findTarget(listener, addressOf(target), target.Port));
    if (missing && !switches.deregisterMissingIsFine) {
      return `Target ${addressOf(missing)}:${missing.Port} is not bound to ${listener.id}.`;
    }
    for (const request of targets) {
      const target = findTarget(listener, addressOf(request), request.Port);
      if (target) store.unbind({ loadBalancer, listener, target });
    }
    return undefined;
  };
}

export const batchDeregisterTargets = defineAction<BatchDeregisterTargetsRequest, BatchDeregisterTargetsResponse>({
  name: 'BatchDeregisterTargets',
  write: true,
  schema: batchTargetsSchema,
  run(request, context) {
    const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
    checkAddresses(request.Targets);
    return context.tasks.hold({
      action: 'BatchDeregisterTargets',
      requestId: context.requestId,
      loadBalancerIds: [loadBalancer.id],
      size: request.Targets.length,
      apply: () => applyShares(loadBalancer, sharesByListener(request.Targets), deregisterFrom(loadBalancer, context)),
    });
  },
});
