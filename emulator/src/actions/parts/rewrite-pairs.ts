import type { RewriteLocationMap } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Listener, LoadBalancer, Rule } from '../../state/model.ts';
import type { ActionContext } from './action.ts';
import { requireL7, requireListener, requireLoadBalancer, requireRule } from './lookup.ts';

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
  [sourceListener, targetListener].forEach(requireL7);
  const pairs = request.RewriteInfos.map((info): Pair => ({
    source: requireRule(sourceListener, info.SourceLocationId),
    target: requireRule(targetListener, info.TargetLocationId),
    info,
  }));
  return { loadBalancer, sourceListener, targetListener, pairs };
}

const rulesOf = ({ listeners }: LoadBalancer) => listeners.flatMap(({ rules }) => rules);

/** Refuses a rule that redirects already. */
export function requireNoRewrite({ id, rewrite }: Rule): void {
  if (!rewrite) return;
  throw new ApiError(
    'InvalidParameter.RewriteAlreadyExist',
    `The rule ${id} redirects to ${rewrite.locationId} already.`,
  );
}

/**
 * Refuses redirections that form a chain: when A redirects to B, A redirects to nothing else, and B redirects to
 * nothing (documentation of ManualRewrite). This counts among the new redirections too.
 */
export function requireNoChain(loadBalancer: LoadBalancer, pairs: readonly Pick<Pair, 'source' | 'target'>[]): void {
  const sources = pairs.map(({ source }) => source);
  const targetIds = new Set([
    ...rulesOf(loadBalancer).flatMap(({ rewrite }) => (rewrite ? [rewrite.locationId] : [])),
    ...pairs.map(({ target }) => target.id),
  ]);
  sources.forEach(requireNoRewrite);
  const twice = sources.find((source, index) => sources.indexOf(source) !== index);
  if (twice) refuseChain(`The rule ${twice.id} would redirect twice.`);
  const both = sources.find(({ id }) => targetIds.has(id));
  if (both) refuseChain(`The rule ${both.id} is the target of a redirection and cannot redirect.`);
  pairs.forEach(({ target }) => requireNoRewrite(target));
}

function refuseChain(message: string): never {
  throw new ApiError('InvalidParameter.RewriteAlreadyExist', message);
}

/** Refuses to delete rules to which others redirect: the redirection has to go first (doc 457/59096). */
export function requireNotRedirectedTo(loadBalancer: LoadBalancer, doomed: readonly Rule[]): void {
  const ids = new Set(doomed.map(({ id }) => id));
  const source = rulesOf(loadBalancer).find(({ rewrite }) => rewrite && ids.has(rewrite.locationId));
  if (!source?.rewrite) return;
  const message = `The rule ${source.id} redirects to ${source.rewrite.locationId}: delete the redirection first.`;
  throw new ApiError('FailedOperation', message);
}
