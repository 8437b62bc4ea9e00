import type { Bell } from '../reconcile-loop/trigger.ts';
import type { HealMetrics } from '../heal-metrics.ts';

/** Anybody who reaches the port can refuse our certificate: the bell rings at most this often for it. */
const quietMs = 5_000;

/** Counts failed handshakes, and rings when a client refused our certificate: an API server may trust the wrong bundle. */
export function createRefusalAlarm(o: {
  metrics: Pick<HealMetrics, 'handshakeFailed'>;
  bell: Bell;
  monotonicMs(): number;
}): (code: string) => void {
  let rangAtMs = -Infinity;
  return (code) => {
    o.metrics.handshakeFailed(code);
    if (!/ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_)/.test(code) || o.monotonicMs() - rangAtMs < quietMs) return;
    rangAtMs = o.monotonicMs();
    o.bell.ring();
  };
}
