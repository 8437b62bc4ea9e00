import { defineAction } from '../parts/action.ts';
import { hold } from '../parts/start-task.ts';
import { requirePlace, requireLoadBalancer } from '../parts/lookup.ts';
import { checkTotal, requireEachOnce } from '../parts/modify-list.ts';
import { checkAddresses, requireTarget } from '../parts/target-requests.ts';

export const batchModifyTargetTag = defineAction(
  'BatchModifyTargetTag',
  async ({ LoadBalancerId, ModifyList }, context) => {
    checkTotal(ModifyList);
    const loadBalancer = requireLoadBalancer(context, LoadBalancerId);
    const wanted = ModifyList.flatMap((rule) => {
      checkAddresses(rule.Targets);
      const at = requirePlace(loadBalancer, rule.ListenerId, rule);
      return rule.Targets.map((target) => ({ at: requireTarget(at, target), tag: target.Tag ?? rule.Tag ?? null }));
    });
    requireEachOnce(wanted.map(({ at }) => at));
    await hold(context, [loadBalancer.id], () => wanted.forEach(({ at, tag }) => context.store.setTag(at, tag)));
    return {};
  },
);
