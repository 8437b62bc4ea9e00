import type { RuleSettings } from '../model/settings.ts';

/**
 * A new rule is checked by the protocol that it forwards by (HealthCheck.CheckType, doc 214/30694). A change of that
 * takes the check along, unless the check is another one or the owner chooses it: a gRPC server answers no HTTP/1.1.
 */
export function withCheckAlong(desired: RuleSettings, standing: RuleSettings): RuleSettings {
  const { forwardType: next, healthCheck } = desired;
  const { forwardType: now } = standing;
  const isChanged = next !== undefined && now !== undefined && next !== now;
  const isByDefault = healthCheck?.CheckType === undefined && standing.healthCheck?.CheckType === now;
  return isChanged && isByDefault ? { ...desired, healthCheck: { ...healthCheck, CheckType: next } } : desired;
}
