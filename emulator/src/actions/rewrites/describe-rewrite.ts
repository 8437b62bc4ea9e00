import { defineAction } from '../parts/action.ts';
import { requireLoadBalancer } from '../parts/lookup.ts';
import { describeRule } from '../parts/rule-answer.ts';

const isWanted = (ids: string[] | undefined, id: string) => !ids?.length || ids.includes(id);

export const describeRewrite = defineAction('DescribeRewrite', (request, context) => ({
  RewriteSet: requireLoadBalancer(context, request.LoadBalancerId)
    .listeners.filter(({ id }) => isWanted(request.SourceListenerIds, id))
    .flatMap((listener) =>
      listener.rules
        .filter(({ id, rewrite }) => rewrite !== null && isWanted(request.SourceLocationIds, id))
        .map((rule) => describeRule(listener, rule)),
    ),
}));
