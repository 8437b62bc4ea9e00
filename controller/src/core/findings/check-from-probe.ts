import type { Finding, Repeat } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { listed } from '../model/listed.ts';
import { describePlace } from '../model/place.ts';
import type { BoundPlace } from '../plan/bound-place.ts';

/** Again only when the check has changed, as far as the process lives. */
const once: Repeat = { by: 'message', afterMs: 365 * 86_400_000 };

/** What the checks of an owner's rules ask because its pods' readiness probes do, and why. */
export function checkFromProbe(bound: readonly BoundPlace[]): readonly Finding[] {
  const asked = bound.filter(({ binding }) => binding.probeCheck === 'asked');
  const waiting = bound.filter(({ binding }) => binding.probeCheck === 'waits');
  return [...(asked.length === 0 ? [] : [asksTheSame(asked)]), ...(waiting.length === 0 ? [] : [staysAsItIs(waiting)])];
}

function asksTheSame(bound: readonly BoundPlace[]): Finding {
  const named = listed(bound, ({ place, binding: { ruleSettings } }) => {
    const { HttpCheckPath = '/', HttpCheckMethod } = ruleSettings.healthCheck ?? {};
    const differ = 'any status, because the pods differ';
    const asked = HttpCheckMethod === undefined ? differ : `GET ${safeText(HttpCheckPath)}`;
    return `${safeText(describePlace(place))} (${asked})`;
  });
  return finding(
    "Change the readiness probe of the pods to change the CLB's check: with HEALTH_CHECK_FROM_PROBE it asks the " +
      `same, and 200 to 399 count. It is so for ${named}.`,
  );
}

function staysAsItIs(bound: readonly BoundPlace[]): Finding {
  const named = listed(bound, ({ place, standing }) => {
    const { HttpCheckPath = '/' } = standing.settings.healthCheck ?? {};
    return `${safeText(describePlace(place))} (${safeText(HttpCheckPath)})`;
  });
  return finding(
    'To let the check of the CLB ask what the readiness probe of the pods asks now, write it into annotation ' +
      `${ingressAnnotation.healthCheckPath} of the Ingress or into a TkeServiceConfig in a quiet hour: a check that ` +
      'changes begins anew, and the CLB sends to no target until it has passed. While targets carry traffic, the one ' +
      `that stands stays, unless new pods fail it: ${named}.`,
  );
}

function finding(message: string): Finding {
  return { severity: 'Normal', reason: 'HealthCheckFromProbe', message, repeat: once };
}
