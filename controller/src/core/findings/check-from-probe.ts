import type { Finding, Repeat } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../model/listed.ts';
import { describePlace } from '../model/place.ts';
import type { BoundPlace } from '../plan/bound-place.ts';

/** Again only when the check has changed, as far as the process lives. */
const once: Repeat = { by: 'message', afterMs: 365 * 86_400_000 };

/** What the checks of an owner's rules ask because its pods' readiness probes do, and why. */
export function checkFromProbe(bound: readonly BoundPlace[]): Finding | undefined {
  const some = bound.filter(({ binding }) => binding.hasProbeCheck === true);
  if (some.length === 0) return undefined;
  const named = listed(some, ({ place, binding: { ruleSettings } }) => {
    const { HttpCheckPath = '/', HttpCheckMethod } = ruleSettings.healthCheck ?? {};
    const differ = 'any status, because the pods differ';
    const asked = HttpCheckMethod === undefined ? differ : `GET ${safeText(HttpCheckPath)}`;
    return `${safeText(describePlace(place))} (${asked})`;
  });
  const message =
    "Change the readiness probe of the pods to change the CLB's check: with HEALTH_CHECK_FROM_PROBE it asks the " +
    `same, and 200 to 399 count. It is so for ${named}.`;
  return { severity: 'Normal', reason: 'HealthCheckFromProbe', message, repeat: once };
}
