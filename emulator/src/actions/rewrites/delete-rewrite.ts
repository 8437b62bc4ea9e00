import { ApiError } from '../../errors/api-error.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requirePairs } from '../parts/rewrite-pairs.ts';

export const deleteRewrite = defineAction('DeleteRewrite', (request, context) => {
  const { loadBalancer, sourceListener: listener, pairs } = requirePairs(context, request);
  const lost = pairs.find(({ source, target }) => source.rewrite?.locationId !== target.id);
  if (lost) {
    const message = `The rule ${lost.source.id} does not redirect to ${lost.target.id}.`;
    throw new ApiError('InvalidParameter.SomeRewriteNotFound', message);
  }
  startTask(context, [loadBalancer.id], () =>
    pairs.forEach(({ source: rule }) => context.store.changeRule({ loadBalancer, listener, rule }, { rewrite: null })),
  );
  return {};
});
