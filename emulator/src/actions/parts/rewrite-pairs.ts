import type { RewriteLocationMap } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule } from '../../state/model.ts';
import type { ActionContext } from './action.ts';
import { requireListener, requireLoadBalancer, requireRule } from './lookup.ts';

interface Request {
  LoadBalancerId: string;
  SourceListenerId: string;
  TargetListenerId: string;
  RewriteInfos: RewriteLocationMap[];
}

interface Pair {
  source: Rule;
  target: Rule;
  info: RewriteLocationMap;
}

/** The rules that a request about redirections names. */
export function requirePairs(context: ActionContext, request: Request) {
  const loadBalancer = requireLoadBalancer(context, request.LoadBalancerId);
  const sourceListener: Listener = requireListener(loadBalancer, request.SourceListenerId);
  const targetListener = requireListener(loadBalancer, request.TargetListenerId);
  const pairs = request.RewriteInfos.map((info): Pair => ({
    source: requireRule(sourceListener, info.SourceLocationId),
    target: requireRule(targetListener, info.TargetLocationId),
    info,
  }));
  return { loadBalancer, sourceListener, targetListener, pairs };
}

/** Refuses a rule that redirects already. */
export function requireNoRewrite({ id, rewrite }: Rule): void {
  if (!rewrite) return;
  throw new ApiError(
    'InvalidParameter.RewriteAlreadyExist',
    `The rule ${id} redirects to ${rewrite.locationId} already.`,
  );
}
