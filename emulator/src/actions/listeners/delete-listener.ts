import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireNamedListener } from '../parts/lookup.ts';
import { requireNotRedirectedTo } from '../parts/rewrite-pairs.ts';

export const deleteListener = defineAction('DeleteListener', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireNotRedirectedTo(loadBalancer, listener.rules);
  startTask(context, [loadBalancer.id], () => context.store.removeListener(loadBalancer, listener));
  return {};
});
