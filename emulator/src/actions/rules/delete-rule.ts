import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule } from '../../state/model.ts';
import { defineAction, type RequestOf } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { requireDomain, requireL7, requireNamedListener, requireRule } from '../parts/lookup.ts';
import { settleDefaultServer } from '../parts/default-domain.ts';
import { requireNotRedirectedTo } from '../parts/rewrite-pairs.ts';

function choose(listener: Listener, { LocationIds, Domain, Url }: RequestOf<'DeleteRule'>): Rule[] {
  if (LocationIds?.length) return LocationIds.map((id) => requireRule(listener, id));
  if (Domain === undefined) throw new ApiError('MissingParameter', 'One of LocationIds and Domain is required.');
  const found = requireDomain(listener, Domain).filter(({ url }) => Url === undefined || url === Url);
  if (found.length > 0) return found;
  throw new ApiError('InvalidParameter.LocationNotFound', `The rule ${Domain}${Url ?? ''} is not found.`);
}

/** Refuses a new default domain that is not there, or of which no rule is left. */
function requireDefaultLeft(listener: Listener, doomed: readonly Rule[], domain: string | undefined): void {
  if (domain === undefined) return;
  if (requireDomain(listener, domain).some((rule) => !doomed.includes(rule))) return;
  throw new ApiError('InvalidParameter', `NewDefaultServerDomain ${domain} is deleted by the same request.`);
}

export const deleteRule = defineAction('DeleteRule', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireL7(listener);
  const doomed = choose(listener, request);
  requireNotRedirectedTo(loadBalancer, doomed);
  requireDefaultLeft(listener, doomed, request.NewDefaultServerDomain);
  startTask(context, [loadBalancer.id], () => {
    doomed.forEach((rule) => context.store.removeRule({ loadBalancer, listener, rule }));
    settleDefaultServer(context.store, loadBalancer, listener, request.NewDefaultServerDomain);
  });
  return {};
});
