import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireNoRewrite, requirePairs } from '../parts/rewrite-pairs.ts';

export const manualRewrite = defineAction('ManualRewrite', (request, context) => {
  const { loadBalancer, sourceListener: listener, pairs } = requirePairs(context, request);
  pairs.forEach(({ source }) => requireNoRewrite(source));
  startTask(context, [loadBalancer.id], () =>
    pairs.forEach(({ source: rule, target, info }) => {
      const rewrite = {
        listenerId: request.TargetListenerId,
        locationId: target.id,
        code: info.RewriteCode ?? 301,
        takesUrl: info.TakeUrl ?? true,
        isAuto: false,
      };
      context.store.changeRule({ loadBalancer, listener, rule }, { rewrite });
    }),
  );
  return {};
});
