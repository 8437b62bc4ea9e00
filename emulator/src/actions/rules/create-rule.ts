import type { RuleInput } from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import { checkQuota } from '../../limits/quotas.ts';
import { newId } from '../../state/ids.ts';
import type { Listener, Rule } from '../../state/model.ts';
import { defineAction, type ActionContext } from '../parts/action.ts';
import { checkInterval } from '../parts/address-versions.ts';
import { startTask } from '../parts/start-task.ts';
import { takeCertificates } from '../parts/certificates.ts';
import { requireCheckDomain, toHealthCheck } from '../parts/health-check.ts';
import { requireL7, requireNamedListener } from '../parts/lookup.ts';
import {
  checkDomains,
  checkDomainSettings,
  checkDuplicates,
  checkSession,
  checkUrl,
  domainsOf,
} from '../parts/rule-checks.ts';
import { settleDefaultServer } from '../parts/default-domain.ts';

function checkInput(listener: Listener, input: RuleInput): void {
  checkUrl(input.Url);
  checkSession(input.SessionExpireTime);
  const domains = domainsOf(input.Domain, input.Domains);
  checkDomains(domains);
  checkDuplicates(listener, domains, input.Url);
  if (input.TargetType !== undefined && input.TargetType !== 'NODE') {
    throw new ApiError('UnsupportedOperation', 'The emulator has no target groups: TargetType must be NODE.');
  }
  checkDomainSettings(listener, input);
}

function checkAmongThemselves(rules: readonly RuleInput[]): void {
  const keys = rules.flatMap(({ Domain, Domains, Url }) => domainsOf(Domain, Domains).map((it) => it + Url));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  throw new ApiError('InvalidParameterValue.Duplicate', `The rule ${twice} is in the request twice.`);
}

/** A listener has one default domain. */
function checkDefaults(rules: readonly RuleInput[]): void {
  const wanted = rules.filter(({ DefaultServer }) => DefaultServer === true);
  const names = new Set(wanted.map(({ Domain, Domains }) => domainsOf(Domain, Domains)[0]));
  if (names.size <= 1) return;
  throw new ApiError('InvalidParameter', 'Only one domain of a listener can be its default.');
}

function build(context: ActionContext, { protocol }: Listener, input: RuleInput): Rule {
  const domains = domainsOf(input.Domain, input.Domains);
  const { ForwardType: forwardType = 'HTTP' } = input;
  const healthCheck = toHealthCheck(input.HealthCheck ?? {}, { protocol, domain: domains[0], forwardType });
  requireCheckDomain(healthCheck, domains);
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
    healthCheck,
    targets: [],
    createdAtMs: context.clock.now(),
  };
}

export const createRule = defineAction('CreateRule', (request, context) => {
  const { loadBalancer, listener } = requireNamedListener(context, request);
  requireL7(listener);
  request.Rules.forEach((input) => checkInput(listener, input));
  request.Rules.forEach(({ HealthCheck }) => checkInterval(loadBalancer, HealthCheck));
  checkAmongThemselves(request.Rules);
  checkDefaults(request.Rules);
  checkQuota(`rules of ${listener.id}`, listener.rules.length, request.Rules.length, context.quotas.rulesPerListener);
  const rules = request.Rules.map((input) => build(context, listener, input));
  const wanted = request.Rules.find(({ DefaultServer }) => DefaultServer === true);
  startTask(context, [loadBalancer.id], () => {
    rules.forEach((rule) => context.store.addRule(loadBalancer, listener, rule));
    settleDefaultServer(context.store, loadBalancer, listener, wanted?.Domain ?? wanted?.Domains?.[0]);
  });
  return { LocationIds: rules.map(({ id }) => id) };
});
