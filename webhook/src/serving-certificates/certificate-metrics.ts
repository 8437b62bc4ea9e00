import { counter, gauge, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ServingCertificates } from './serving-certificates.ts';

/** Shows what is served, and counts clients that did not accept it. */
export interface CertificateMetrics {
  handshakeFailed(code: string): void;
}

const dayMs = 86_400_000;

interface CertificateMetricsOptions {
  readonly registry: Registry;
  readonly certificates: Pick<ServingCertificates, 'inspection'>;
  /** The API server's clock. */
  readonly clock: { nowMs(): number };
}

export function createCertificateMetrics(o: CertificateMetricsOptions): CertificateMetrics {
  const handshakes = counter(o.registry, {
    name: 'handshake_failures_total',
    help: 'TLS handshakes with the endpoint that failed; a code with ALERT in it says what the client did not like.',
    labelNames: ['code'],
  });
  registerDaysLeft(o);
  return { handshakeFailed: (code) => handshakes.inc({ code }) };
}

function registerDaysLeft({ registry, certificates, clock }: CertificateMetricsOptions): void {
  const daysLeft = gauge(registry, {
    name: 'certificate_days_left',
    help: 'Days until a certificate in use ends, by role.',
    labelNames: ['role'],
  });
  onScrape(daysLeft, () => {
    const inspection = certificates.inspection();
    for (const role of ['ca', 'leaf'] as const) {
      const endMs = inspection?.[role].validity?.notAfterMs;
      if (endMs !== undefined) daysLeft.set({ role }, (endMs - clock.nowMs()) / dayMs);
    }
  });
}
