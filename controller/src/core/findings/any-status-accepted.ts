import type { Finding, Repeat } from '@clb-direct/shared/domain/finding.ts';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { isGuard } from '../model/guard.ts';
import { listed } from '../model/listed.ts';
import { describePlace, isRule } from '../model/place.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { BoundPlace } from '../plan/bound-place.ts';

/** HealthCheck.HttpCode is a sum: 1 for 1xx, 2 for 2xx, up to 16 for 5xx (doc 214/30694). */
const anyStatus = 31;

/** Once for an Ingress, as far as the process lives. */
const once: Repeat = { by: 'reason', afterMs: 365 * 86_400_000 };

/** The default check of a rule says only that something answers HTTP: its author should know. */
export function anyStatusAccepted(
  { kind }: Pick<OwnerView, 'kind'>,
  bound: readonly BoundPlace[],
): Finding | undefined {
  if (kind !== 'Ingress') return undefined;
  const some = bound.filter(acceptsAny);
  if (some.length === 0) return undefined;
  const named = listed(some, ({ place }) => safeText(describePlace(place)));
  const message =
    'Let the readiness probe of the pods say whether they can serve: the check of the CLB accepts any status, also ' +
    `404 and 500, so it says only that something answers HTTP. It is that of the rules ${named}; ` +
    `set annotation ${ingressAnnotation.healthCheckStatuses} to "2xx,3xx", or another check in a TkeServiceConfig, ` +
    'or let the check be that probe (HEALTH_CHECK_FROM_PROBE).';
  return { severity: 'Normal', reason: 'HealthCheckAcceptsAnyStatus', message, repeat: once };
}

function acceptsAny({ place, standing }: BoundPlace): boolean {
  const { HealthSwitch, HttpCode } = standing.settings.healthCheck ?? {};
  return isRule(place) && !isGuard({ place }) && HealthSwitch !== 0 && HttpCode === anyStatus;
}
