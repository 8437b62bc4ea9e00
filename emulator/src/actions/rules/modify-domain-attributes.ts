import { ApiError } from '../../errors/api-error.ts';
import type { Listener, Rule, RuleSettings } from '../../state/model.ts';
import { defineAction, type ActionContext, type RequestOf } from '../parts/action.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { startDomainTask } from '../parts/domain-task.ts';
import { requireDomain, requireL7, requireNamedListener } from '../parts/lookup.ts';
import { checkDomains, checkDomainSettings, domainsOf } from '../parts/rule-checks.ts';

type Request = RequestOf<'ModifyDomainAttributes'>;

function changeOf(context: ActionContext, request: Request): Partial<RuleSettings> {
  const { NewDomain, NewDomains, Http2, Quic } = request;
  const domains = NewDomain !== undefined || NewDomains ? domainsOf(NewDomain, NewDomains) : undefined;
  checkDomains(domains ?? []);
  const certificate = takeCertificates(context, request);
  return {
    ...(domains ? { domains } : {}),
    ...(Http2 === undefined ? {} : { http2: Http2 }),
    ...(Quic === undefined ? {} : { quic: Quic }),
    ...(certificate ? { certificate } : {}),
  };
}

/** Only a listener with SNI has certificates by domain (comment of Certificate). */
function requireSni({ id, sniSwitch }: Listener, { Certificate, MultiCertInfo }: Request): void {
  if (sniSwitch === 1 || (!Certificate && !MultiCertInfo)) return;
  const message = `SNI of ${id} is off: its certificates are those of the listener.`;
  throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
}

/** Another domain has to become the default when the default is switched off. */
function requireOtherDefault(rules: readonly Rule[], { DefaultServer, NewDefaultServerDomain: next }: Request): void {
  if (DefaultServer !== false || !rules.some(({ defaultServer }) => defaultServer)) return;
  if (next === undefined) {
    throw new ApiError('MissingParameter', 'NewDefaultServerDomain is needed: a listener always has a default domain.');
  }
  if (!rules.some(({ domains }) => domains.includes(next))) return;
  throw new ApiError('InvalidParameter', `NewDefaultServerDomain ${next} is the domain that is switched off.`);
}

/** The domain that is the default afterwards. A listener always has one. */
function defaultDomainOf(request: Request, domains: readonly string[] | undefined): string | undefined {
  return request.DefaultServer === true ? (domains?.[0] ?? request.Domain) : request.NewDefaultServerDomain;
}

export const modifyDomainAttributes = defineAction('ModifyDomainAttributes', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireL7(listener);
  checkDomainSettings(listener, request);
  requireSni(listener, request);
  requireOtherDefault(requireDomain(listener, request.Domain), request);
  if (request.NewDefaultServerDomain !== undefined) requireDomain(listener, request.NewDefaultServerDomain);
  const change = changeOf(context, request);
  const defaultDomain = defaultDomainOf(request, change.domains);
  startDomainTask(context, { loadBalancer, listener, domain: request.Domain, change, defaultDomain });
  return {};
});
