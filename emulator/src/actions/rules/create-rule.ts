import type { RuleInput } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { newId } from '../../state/ids.ts';
import type { Listener, Rule } from '../../state/model.ts';
import { defineAction, type ActionContext } from '../parts/action.ts';
import { startTask } from '../parts/start-task.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { toHealthCheck } from '../parts/health-check.ts';
import { requireL7, requireNamedListener } from '../parts/lookup.ts';
import { checkDuplicates, checkSession, checkUrl, domainsOf } from '../parts/rule-checks.ts';
import { settleDefaultServer } from '../parts/default-domain.ts';

function checkInput(listener: Listener, input: RuleInput): void {
  checkUrl(input.Url);
  checkSession(input.SessionExpireTime);
  checkDuplicates(listener, domainsOf(input.Domain, input.Domains), input.Url);
  if (input.TargetType !== undefined && input.TargetType !== 'NODE') {
    throw new ApiError('UnsupportedOperation', 'The emulator has no target groups: TargetType must be NODE.');
  }
  if (listener.protocol === 'HTTPS') return;
  if (input.Certificate || input.MultiCertInfo || input.Http2 === true || input.Quic === true) {
    const message = 'Certificates, Http2 and Quic are for HTTPS listeners.';
    throw new ApiError('InvalidParameter.ProtocolCheckFailed', message);
  }
}

function checkAmongThemselves(rules: readonly RuleInput[]): void {
  const keys = rules.flatMap(({ Domain, Domains, Url }) => domainsOf(Domain, Domains).map((it) => it + Url));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  throw new ApiError('InvalidParameterValue.Duplicate', `The rule ${twice} is in the request twice.`);
}

function build(context: ActionContext, { protocol }: Listener, input: RuleInput): Rule {
  const domains = domainsOf(input.Domain, input.Domains);
  const { ForwardType: forwardType = 'HTTP' } = input;
  return {
    id: newId('loc', context),
    domains,
    url: input.Url,
    scheduler: input.Scheduler ?? 'WRR',
    sessionExpireTime: input.SessionExpireTime ?? 0,
    forwardType,
    cookieName: input.CookieName ?? '',
    defaultServer: false,
    http2: input.Http2 ?? false,
    quic: input.Quic ?? false,
    certificate: takeCertificates(context, input),
    rewrite: null,
    healthCheck: toHealthCheck(input.HealthCheck ?? {}, { protocol, domain: domains[0], forwardType }),
    targets: [],
    createdAtMs: context.clock.now(),
  };
}

export const createRule = defineAction('CreateRule', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireL7(listener);
  request.Rules.forEach((input) => checkInput(listener, input));
  checkAmongThemselves(request.Rules);
  checkQuota(`rules of ${listener.id}`, listener.rules.length, request.Rules.length, context.quotas.rulesPerListener);
  const rules = request.Rules.map((input) => build(context, listener, input));
  const wanted = request.Rules.find(({ DefaultServer }) => DefaultServer === true);
  startTask(context, [loadBalancer.id], () => {
    rules.forEach((rule) => context.store.addRule(loadBalancer, listener, rule));
    settleDefaultServer(context.store, loadBalancer, listener, wanted?.Domain ?? wanted?.Domains?.[0]);
  });
  return { LocationIds: rules.map(({ id }) => id) };
});
