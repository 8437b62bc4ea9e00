import { defineAction } from './action.ts';
import { startTask } from './start-task.ts';
import { requireNamedListener } from './lookup.ts';

export const deleteListener = defineAction('DeleteListener', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  startTask(context, [loadBalancer.id], () => context.store.removeListener(loadBalancer, listener));
  return {};
});
