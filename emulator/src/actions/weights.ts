import type { Target as TargetRequest } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../api/api-error.ts';
import type { BoundTarget, LoadBalancer } from '../state/model.ts';
import { findTarget } from '../state/store.ts';
import type { ActionContext } from './action.ts';
import { fields, listOf, targetFields, text, weight } from './fields.ts';
import { requireListener } from './lookup.ts';
import { checkAddresses } from './target-address.ts';

/** The fields that ModifyTargetWeight and the rules of BatchModifyTargetWeight share. */
export const weightRuleFields = (maxTargets?: number) => ({
  ListenerId: text(),
  LocationId: text(),
  Domain: text(),
  Url: text(),
  Targets: listOf(fields({ Type: text(), ...targetFields }, ['Port']), maxTargets, 1),
  Weight: weight,
});

export interface WeightRule {
  ListenerId: string;
  Targets: TargetRequest[];
  Weight?: number;
}

interface Wanted {
  at: BoundTarget;
  weight: number;
}

function resolve(loadBalancer: LoadBalancer, rule: WeightRule): Wanted[] {
  checkAddresses(rule.Targets);
  const listener = requireListener(loadBalancer, rule.ListenerId);
  return rule.Targets.map((request) => {
    const address = request.EniIp ?? request.InstanceId ?? '';
    const target = findTarget(listener, address, request.Port);
    if (!target)
      throw new ApiError('InvalidParameter', `Target ${address}:${request.Port} is not bound to ${listener.id}.`);
    // The weight of a target counts before that of its rule; 10 when neither is there.
    return { at: { loadBalancer, listener, target }, weight: request.Weight ?? rule.Weight ?? 10 };
  });
}

/** Starts the task that sets these weights; refuses at once when a target is not bound. */
export function startWeightTask(
  action: string,
  loadBalancer: LoadBalancer,
  rules: WeightRule[],
  context: ActionContext,
) {
  const wanted = rules.flatMap((rule) => resolve(loadBalancer, rule));
  context.tasks.start({
    action,
    kind: 'task',
    requestId: context.requestId,
    loadBalancerIds: [loadBalancer.id],
    apply: () => wanted.forEach(({ at, weight: value }) => context.store.setWeight(at, value)),
  });
}
