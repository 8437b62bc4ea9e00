import type { LoadBalancer } from '../../state/model.ts';
import type { BoundTarget } from '../../state/place.ts';
import type { ActionContext } from './action.ts';
import { startTask } from './start-task.ts';
import { requirePlace, type Location } from './lookup.ts';
import { requireEachOnce } from './modify-list.ts';
import { checkAddresses, requireTarget, type TargetRequest } from './target-requests.ts';

/** New weights for targets of one listener or rule. */
interface WeightRule extends Location {
  ListenerId: string;
  Targets: TargetRequest[];
  Weight?: number;
}

function resolve(loadBalancer: LoadBalancer, rule: WeightRule): { at: BoundTarget; weight: number }[] {
  checkAddresses(rule.Targets);
  const place = requirePlace(loadBalancer, rule.ListenerId, rule);
  // The weight of a target counts before that of its rule; 10 when neither is there.
  return rule.Targets.map((request) => ({
    at: requireTarget(place, request),
    weight: request.Weight ?? rule.Weight ?? 10,
  }));
}

/** Starts the task that sets these weights; refuses at once when a target is not bound. */
export function startWeightTask(loadBalancer: LoadBalancer, rules: WeightRule[], context: ActionContext): void {
  const wanted = rules.flatMap((rule) => resolve(loadBalancer, rule));
  requireEachOnce(wanted.map(({ at }) => at));
  startTask(context, [loadBalancer.id], () => wanted.forEach(({ at, weight }) => context.store.setWeight(at, weight)));
}
