import { counter, gauge, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ServingCertificates } from './serving-certificates.ts';

/** Counts what was healed, and tells when all was last seen well. */
export interface HealMetrics {
  repaired(object: 'secret' | 'registration', kinds: readonly string[]): void;
  checked(): void;
}

/** Registers the metrics of certificates and registration. */
export function createHealMetrics(registry: Registry, certificates: ServingCertificates): HealMetrics {
  const repairs = counter(registry, {
    name: 'repairs_total',
    help: 'Repairs of the Secret and the registration, by what was wrong.',
    labelNames: ['object', 'kind'],
  });
  const lastCheck = gauge(registry, {
    name: 'last_check_timestamp_seconds',
    help: 'When this replica, as the Lease holder, last saw Secret and registration as they have to be.',
    labelNames: [],
  });
  registerSecondsLeft(registry, certificates);
  return {
    repaired(object, kinds) {
      for (const kind of kinds) repairs.inc({ object, kind });
    },
    checked: () => lastCheck.setToCurrentTime(),
  };
}

function registerSecondsLeft(registry: Registry, certificates: ServingCertificates): void {
  const secondsLeft = gauge(registry, {
    name: 'certificate_seconds_left',
    help: 'Seconds until a certificate in use ends, by role.',
    labelNames: ['role'],
  });
  onScrape(secondsLeft, () => {
    const inspection = certificates.inspection();
    for (const role of ['ca', 'leaf'] as const) {
      const endMs = inspection?.[role].validity?.notAfterMs;
      if (endMs !== undefined) secondsLeft.set({ role }, (endMs - Date.now()) / 1000);
    }
  });
}
