import type { LoadBalancer, LoadBalancerSettings } from '../../state/model.ts';
import type { ActionContext } from './action.ts';
import { hold } from './start-task.ts';
import { requireLoadBalancer } from './lookup.ts';

/** Changes load balancers and answers when that is done. */
export async function changeNow(
  context: ActionContext,
  ids: readonly string[],
  changeOf: (loadBalancer: LoadBalancer) => Partial<LoadBalancerSettings>,
): Promise<Record<string, never>> {
  const loadBalancers = [...new Set(ids)].map((id) => requireLoadBalancer(context, id));
  await hold(
    context,
    loadBalancers.map(({ id }) => id),
    () => loadBalancers.forEach((it) => context.store.changeLoadBalancer(it, changeOf(it))),
  );
  return {};
}
