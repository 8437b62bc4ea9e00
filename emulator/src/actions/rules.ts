import type {
  RewriteTarget,
  RuleOutput,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../errors/api-error.ts';
import type { Listener, LoadBalancer, Rule } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import type { Answer } from './action.ts';
import { apiTime } from './answers.ts';
import { describeCertificates } from './certificates.ts';

function describeRewrite(rewrite: Rule['rewrite']): Answer<RewriteTarget> {
  if (!rewrite) return { TargetListenerId: null, TargetLocationId: null };
  return {
    TargetListenerId: rewrite.listenerId,
    TargetLocationId: rewrite.locationId,
    RewriteCode: rewrite.code,
    TakeUrl: rewrite.takesUrl,
    RewriteType: rewrite.isAuto ? 'Auto' : 'Manual',
  };
}

/** A rule as DescribeListeners and DescribeRewrite show it. */
export function describeRule(listener: Listener, rule: Rule): Answer<RuleOutput> {
  return {
    LocationId: rule.id,
    ListenerId: listener.id,
    Domain: rule.domains[0] ?? '',
    Domains: [...rule.domains],
    Url: rule.url,
    SessionExpireTime: rule.sessionExpireTime,
    HealthCheck: { ...rule.healthCheck },
    Certificate: describeCertificates(rule.certificate),
    Scheduler: rule.scheduler,
    RewriteTarget: describeRewrite(rule.rewrite),
    BeAutoCreated: rule.rewrite?.isAuto ?? false,
    DefaultServer: rule.defaultServer,
    Http2: rule.http2,
    ForwardType: rule.forwardType,
    CreateTime: apiTime(rule.createdAtMs),
    TargetType: 'NODE',
    QuicStatus: rule.quic ? 'QUIC_ACTIVE' : 'QUIC_INACTIVE',
    OAuth: { OAuthEnable: false, OAuthFailureStatus: 'BYPASS' },
    CookieName: rule.cookieName,
  };
}

/** Refuses a path that HTTP could not ask for; "~" starts a regular expression, "=" an exact path. */
export function checkUrl(url: string): void {
  if (/^(\/|~|= ?\/)/.test(url)) return;
  throw new ApiError('InvalidParameter.FormatError', `Url ${url} must begin with "/".`);
}

/** Exactly one of Domain and Domains must be there. */
export function domainsOf(one: string | undefined, many: string[] | undefined): string[] {
  if (one !== undefined && many !== undefined) {
    throw new ApiError('InvalidParameter', 'Domain and Domains exclude each other.');
  }
  const domains = many ?? (one === undefined ? [] : [one]);
  if (domains.length > 0) return domains;
  throw new ApiError('MissingParameter', 'One of Domain and Domains is required.');
}

/** Refuses a session time that is neither off nor in its range. */
export function checkSession(seconds = 0): void {
  if (seconds === 0 || seconds >= 30) return;
  throw new ApiError('InvalidParameterValue.Range', 'SessionExpireTime is 0 or from 30 to 86400.');
}

/** Refuses a pair of domain and path that another rule of the listener has. */
export function checkDuplicates(listener: Listener, domains: readonly string[], url: string, self?: Rule): void {
  const other = listener.rules.find(
    (rule) => rule !== self && rule.url === url && rule.domains.some((domain) => domains.includes(domain)),
  );
  if (!other) return;
  const message = `The rule ${domains[0] ?? ''}${url} of ${listener.id} is there already.`;
  throw new ApiError('InvalidParameterValue.Duplicate', message);
}

/** One domain of a listener is its default: makes it that of these rules; keeps the one there is without a wish. */
export function settleDefaultServer(store: Store, loadBalancer: LoadBalancer, listener: Listener, wish?: string): void {
  const { rules } = listener;
  const chosen = wish ?? rules.find(({ defaultServer }) => defaultServer)?.domains[0] ?? rules[0]?.domains[0];
  for (const rule of rules) {
    const defaultServer = chosen !== undefined && rule.domains.includes(chosen);
    if (rule.defaultServer !== defaultServer) store.changeRule({ loadBalancer, listener, rule }, { defaultServer });
  }
}
