import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireNamedListener } from '../parts/lookup.ts';

export const deleteListener = defineAction('DeleteListener', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  startTask(context, [loadBalancer.id], () => context.store.removeListener(loadBalancer, listener));
  return {};
});
