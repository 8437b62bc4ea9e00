import { ApiError } from '../../errors/api-error.ts';
import type { RuleSettings } from '../../state/model.ts';
import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { startDomainTask } from '../parts/domain-task.ts';
import { requireDomain, requireNamedListener } from '../parts/lookup.ts';
import { domainsOf } from '../parts/rule-checks.ts';

type Request = RequestOf<'ModifyDomainAttributes'>;

function changeOf(context: ActionContext, request: Request): Partial<RuleSettings> {
  const { NewDomain, NewDomains, Http2, Quic } = request;
  const certificate = takeCertificates(context, request);
  return {
    ...(NewDomain !== undefined || NewDomains ? { domains: domainsOf(NewDomain, NewDomains) } : {}),
    ...(Http2 === undefined ? {} : { http2: Http2 }),
    ...(Quic === undefined ? {} : { quic: Quic }),
    ...(certificate ? { certificate } : {}),
  };
}

/** The domain that is the default afterwards. A listener always has one. */
function defaultDomainOf(request: Request, domains: readonly string[] | undefined): string | undefined {
  if (request.DefaultServer === true) return domains?.[0] ?? request.Domain;
  if (request.DefaultServer === false && request.NewDefaultServerDomain === undefined) {
    throw new ApiError('MissingParameter', 'NewDefaultServerDomain is needed: a listener always has a default domain.');
  }
  return request.NewDefaultServerDomain;
}

export const modifyDomainAttributes = defineAction('ModifyDomainAttributes', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireDomain(listener, request.Domain);
  if (request.NewDefaultServerDomain !== undefined) requireDomain(listener, request.NewDefaultServerDomain);
  const change = changeOf(context, request);
  const defaultDomain = defaultDomainOf(request, change.domains);
  startDomainTask(context, { loadBalancer, listener, domain: request.Domain, change, defaultDomain });
  return {};
});
