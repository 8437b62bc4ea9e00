import type {
  BatchRegisterTargetsRequest,
  BatchRegisterTargetsResponse,
  BatchTarget,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { checkQuota } from '../limits/quotas.ts';
import type { Listener, LoadBalancer, Target } from '../state/model.ts';
import { findTarget } from '../state/store.ts';
import { defineAction, type ActionContext } from './action.ts';
import { applyShares, batchTargetsSchema, sharesByListener, type Share } from './batch-targets.ts';
import { requireLoadBalancer } from './lookup.ts';
import { checkAddresses } from './target-address.ts';

function toTarget(request: BatchTarget & { EniIp: string }, nowMs: number): Target {
  return {
    ip: request.EniIp,
    port: request.Port,
    weight: request.Weight ?? 10,
    tag: request.Tag ?? null,
    health: 'Unknown',
    registeredAtMs: nowMs,
  };
}

/** The emulated VPC has no machines: only addresses can be bound. */
function whyNot(target: BatchTarget, knowsIp: (ip: string) => boolean): string | undefined {
  if (target.EniIp === undefined) return `InstanceId ${target.InstanceId ?? ''} not found.`;
  return knowsIp(target.EniIp) ? undefined : `IP ${target.EniIp} not found.`;
}

function registerOn(loadBalancer: LoadBalancer, context: ActionContext) {
  return (listener: Listener, targets: BatchTarget[]): string | undefined => {
    const why = targets.map((target) => whyNot(target, context.knowsIp)).find((reason) => reason !== undefined);
    if (why !== undefined) return why;
    for (const request of targets) {
      const target = toTarget({ ...request, EniIp: request.EniIp ?? '' }, context.clock.now());
      const bound = findTarget(listener, target.ip, target.port);
      if (!bound) context.store.bind({ loadBalancer, listener, target });
      else if (!context.switches.reregisterKeepsWeight) {
        context.store.setWeight({ loadBalancer, listener, target: bound }, target.weight);
      }
    }
    return undefined;
  };
}

function checkQuotas(loadBalancer: LoadBalancer, shares: Share[], quota: number): void {
  for (const share of shares) {
    const bound = loadBalancer.listeners.find((listener) => listener.id === share.listenerId)?.targets.length ?? 0;
    checkQuota(`targets of ${share.listenerId}`, bound, share.targets.length, quota);
  }
}

export const batchRegisterTargets = defineAction<BatchRegisterTargetsRequest, BatchRegisterTargetsResponse>({
  name: 'BatchRegisterTargets',
  write: true,
  schema: batchTargetsSchema,
  run(request, context) {
    const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
    checkAddresses(request.Targets);
    const shares = sharesByListener(request.Targets);
    checkQuotas(loadBalancer, shares, context.quotas.targetsPerListener);
    return context.tasks.hold({
      action: 'BatchRegisterTargets',
      requestId: context.requestId,
      loadBalancerIds: [loadBalancer.id],
      size: request.Targets.length,
      apply: () => applyShares(loadBalancer, shares, registerOn(loadBalancer, context)),
    });
  },
});
