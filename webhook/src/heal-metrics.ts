import type { Phase, StepKind } from '@clb-direct/certs/rotation/phase.ts';
import { counter, gauge, onScrape } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ServingCertificates } from './serving-certificates/serving-certificates.ts';

/** Counts what was healed, and tells where a rotation stands and when all was last seen well. */
export interface HealMetrics {
  repaired(object: 'secret' | 'registration' | 'service', kinds: readonly string[]): void;
  stepped(step: StepKind): void;
  /** Undefined: this replica does not look after it any more. */
  phase(phase: Phase | undefined): void;
  checked(): void;
  handshakeFailed(code: string): void;
}

const phases: readonly Phase[] = ['stable', 'published', 'settling'];
const dayMs = 86_400_000;

/** Registers the metrics of certificates and registration. */
export function createHealMetrics(o: {
  registry: Registry;
  certificates: ServingCertificates;
  /** The API server's clock. */
  clock: { nowMs(): number; offsetMs(): number | undefined };
}): HealMetrics {
  const { registry } = o;
  const repairs = counter(registry, {
    name: 'repairs_total',
    help: 'Repairs of the Secret, the registration and the Service, by what was wrong.',
    labelNames: ['object', 'kind'],
  });
  const steps = counter(registry, {
    name: 'certificate_steps_total',
    help: 'Writes to the Secret, by what they did.',
    labelNames: ['step'],
  });
  const phaseNow = gauge(registry, {
    name: 'rotation_phase',
    help: '1 for the phase in which the certificates are; only the Lease holder tells it.',
    labelNames: ['phase'],
  });
  const lastCheck = gauge(registry, {
    name: 'last_check_timestamp_seconds',
    help: 'When this replica, as the Lease holder, last saw Secret, registration and Service as they have to be.',
    labelNames: [],
  });
  const handshakes = counter(registry, {
    name: 'handshake_failures_total',
    help: 'TLS handshakes with the endpoint that failed; a code with ALERT in it says what the client did not like.',
    labelNames: ['code'],
  });
  registerDaysLeft(o);
  registerClockOffset(o);
  return {
    repaired(object, kinds) {
      for (const kind of kinds) repairs.inc({ object, kind });
    },
    stepped: (step) => steps.inc({ step }),
    phase(now) {
      phaseNow.reset();
      if (now !== undefined) for (const phase of phases) phaseNow.set({ phase }, phase === now ? 1 : 0);
    },
    checked: () => lastCheck.setToCurrentTime(),
    handshakeFailed: (code) => handshakes.inc({ code }),
  };
}

function registerDaysLeft(o: Parameters<typeof createHealMetrics>[0]): void {
  const daysLeft = gauge(o.registry, {
    name: 'certificate_days_left',
    help: 'Days until a certificate in use ends, by role.',
    labelNames: ['role'],
  });
  onScrape(daysLeft, () => {
    const inspection = o.certificates.inspection();
    for (const role of ['ca', 'leaf'] as const) {
      const endMs = inspection?.[role].validity?.notAfterMs;
      if (endMs !== undefined) daysLeft.set({ role }, (endMs - o.clock.nowMs()) / dayMs);
    }
  });
}

function registerClockOffset(o: Parameters<typeof createHealMetrics>[0]): void {
  const offset = gauge(o.registry, {
    name: 'clock_offset_seconds',
    help: "How far the API server's clock is ahead of this node's.",
    labelNames: [],
  });
  onScrape(offset, () => {
    const offsetMs = o.clock.offsetMs();
    if (offsetMs !== undefined) offset.set(offsetMs / 1000);
  });
}
