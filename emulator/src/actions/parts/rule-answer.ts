import type {
  RewriteTarget,
  RuleOutput,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import type { Listener, Rule } from '../../state/model.ts';
import type { Answer } from './action.ts';
import { apiTime } from './answer-values.ts';
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
