import type { ListenerAnswer } from '../../core/model/clb-port.ts';
import type { StandingRedirect } from '../../core/model/redirect.ts';
import type { StepOf } from '../../core/model/step.ts';
import type { Answer, Request } from '../actions.ts';
import { textOrNothing, type Item } from './fields.ts';

type Rules = Item<Answer<'DescribeListeners'>['Listeners']>['Rules'];

/** Of every listener: a redirect that a person made keeps a rule of ours from being deleted. */
export function toRedirects(rules: Rules | undefined): Pick<ListenerAnswer, 'redirects'> {
  const redirects = (rules ?? []).flatMap(toRedirect);
  return redirects.length === 0 ? {} : { redirects };
}

function toRedirect({ LocationId, Domain, Domains, Url, RewriteTarget }: Item<Rules>): readonly StandingRedirect[] {
  const target = targetOf(RewriteTarget);
  if (typeof LocationId !== 'string' || target === undefined) return [];
  const domain = textOrNothing(Domain) ?? Domains?.[0] ?? '';
  return [{ locationId: LocationId, domain, url: Url ?? '', ...target }];
}

/** A rule without one has empty ids. The code and whether the URL is kept have defaults (doc 214/30678). */
function targetOf(
  target: Item<Rules>['RewriteTarget'],
): Pick<StandingRedirect, 'to' | 'code' | 'takesUrl'> | undefined {
  const listenerId = textOrNothing(target?.TargetListenerId);
  const locationId = textOrNothing(target?.TargetLocationId);
  if (listenerId === undefined || locationId === undefined) return undefined;
  return { to: { listenerId, locationId }, code: target?.RewriteCode ?? 301, takesUrl: target?.TakeUrl ?? true };
}

type Ends = Pick<StepOf<'create-redirect' | 'delete-redirect'>, 'listenerId' | 'to'>;

/** All steps have the same listeners at both ends. */
export function toManualRewriteRequest(
  id: string,
  steps: readonly StepOf<'create-redirect'>[],
  ends: Ends,
): Request<'ManualRewrite'> {
  const RewriteInfos = steps.map(({ locationId, place, address = '', to, code, takesUrl }) => ({
    SourceLocationId: locationId,
    TargetLocationId: to.locationId,
    RewriteCode: code,
    TakeUrl: takesUrl,
    SourceDomain: textOrNothing(place.domain) ?? address,
  }));
  return { ...endsOf(id, ends), RewriteInfos };
}

export function toDeleteRewriteRequest(
  id: string,
  steps: readonly StepOf<'delete-redirect'>[],
  ends: Ends,
): Request<'DeleteRewrite'> {
  const RewriteInfos = steps.map(({ locationId, to }) => ({
    SourceLocationId: locationId,
    TargetLocationId: to.locationId,
  }));
  return { ...endsOf(id, ends), RewriteInfos };
}

function endsOf(id: string, { listenerId, to }: Ends) {
  return { LoadBalancerId: id, SourceListenerId: listenerId, TargetListenerId: to.listenerId };
}
