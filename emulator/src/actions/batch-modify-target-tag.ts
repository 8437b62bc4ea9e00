import { defineAction } from './action.ts';
import { hold } from './start-task.ts';
import { requirePlace, requireLoadBalancer } from './lookup.ts';
import { checkTotal } from './modify-list.ts';
import { checkAddresses, requireTarget } from './target-requests.ts';

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
    await hold(context, [loadBalancer.id], () => wanted.forEach(({ at, tag }) => context.store.setTag(at, tag)));
    return {};
  },
);
