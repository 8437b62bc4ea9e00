import type { ListenerAnswer, RuleAnswer } from '../../core/model/clb-port.ts';
import { listenerMark } from '../../core/model/listener-mark.ts';
import { hasRules } from '../../core/model/place.ts';
import type { RuleSettings } from '../../core/model/settings.ts';
import type { Answer } from '../actions.ts';
import { malformed } from '../api-failure.ts';
import { toCertificates } from './certificates.ts';
import { given, required, textOrNothing, type Item } from './fields.ts';
import { toHealthCheck } from './health-check.ts';

type Rules = Item<Answer<'DescribeListeners'>['Listeners']>['Rules'];
type Rule = Item<Rules>;

/**
 * Null is documented as none. Ports of Services may name rules of listeners that others made, but one that is odd must
 * not keep us from looking at the CLB.
 */
export function toRules(
  { id, name, protocol }: Pick<ListenerAnswer, 'id' | 'name' | 'protocol'>,
  rules: Rules | undefined,
): readonly RuleAnswer[] {
  if (!name.startsWith(listenerMark)) return (rules ?? []).filter(isKnown).map(toRule);
  if (rules === undefined && hasRules(protocol)) throw malformed(`listener ${id} has no Rules`);
  return (rules ?? []).map(toRule);
}

function isKnown({ LocationId: id, Url: url }: Rule): boolean {
  return typeof id === 'string' && typeof url === 'string';
}

/** A rule of several domains is known by its first: each of them addresses it. */
function toRule(rule: Rule): RuleAnswer {
  return {
    locationId: required(rule.LocationId, 'LocationId'),
    domain: textOrNothing(rule.Domain) ?? rule.Domains?.[0] ?? '',
    url: required(rule.Url, 'Url'),
    settings: toSettings(rule),
  };
}

function toSettings(rule: Rule): RuleSettings {
  return given<RuleSettings>({
    healthCheck: toHealthCheck(rule.HealthCheck),
    scheduler: textOrNothing(rule.Scheduler),
    sessionExpireTime: rule.SessionExpireTime,
    forwardType: textOrNothing(rule.ForwardType),
    certificates: toCertificates(rule.Certificate),
    http2: rule.Http2,
    isDefault: rule.DefaultServer === true ? true : undefined,
  });
}
