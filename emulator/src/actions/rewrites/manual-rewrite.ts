import type { RewriteLocationMap } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule } from '../../state/model.ts';
import { defineAction } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireNoChain, requirePairs } from '../parts/rewrite-pairs.ts';

/** With RewriteCode, TakeUrl and SourceDomain are required (RewriteLocationMap in clb_models.d.ts). */
function checkInfo({ RewriteCode, TakeUrl, SourceDomain }: RewriteLocationMap, source: Rule): void {
  if (RewriteCode !== undefined && (TakeUrl === undefined || SourceDomain === undefined)) {
    throw new ApiError('MissingParameter', 'With RewriteCode, TakeUrl and SourceDomain are required.');
  }
  if (SourceDomain === undefined || source.domains.includes(SourceDomain)) return;
  throw new ApiError('InvalidParameter', `SourceDomain ${SourceDomain} is not a domain of the rule ${source.id}.`);
}

/** A domain that AutoRewrite redirects takes no other redirection (doc 214/8839). */
function requireNoAutoDomain({ rules }: Listener, source: Rule): void {
  const auto = rules.find(
    ({ rewrite, domains }) => rewrite?.isAuto && domains.some((domain) => source.domains.includes(domain)),
  );
  if (!auto) return;
  const message = `AutoRewrite redirects the domain ${auto.domains[0] ?? ''} already.`;
  throw new ApiError('InvalidParameter.RewriteAlreadyExist', message);
}

export const manualRewrite = defineAction('ManualRewrite', (request, context) => {
  const { loadBalancer, sourceListener: listener, pairs } = requirePairs(context, request);
  pairs.forEach(({ info, source }) => checkInfo(info, source));
  requireNoChain(loadBalancer, pairs);
  pairs.forEach(({ source }) => requireNoAutoDomain(listener, source));
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
