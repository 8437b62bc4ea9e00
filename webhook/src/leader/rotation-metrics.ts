import type { Phase, StepKind } from '@clb-direct/certs/rotation/phase.ts';
import { counter, gauge } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';

/** Counts writes to the Secret, and shows where a rotation is. */
export interface RotationMetrics {
  stepped(step: StepKind): void;
  /** Undefined: this replica is not the leader any more. */
  phase(phase: Phase | undefined): void;
}

const phases: readonly Phase[] = ['stable', 'published', 'settling'];

export function createRotationMetrics(registry: Registry): RotationMetrics {
  const steps = counter(registry, {
    name: 'certificate_steps_total',
    help: 'Writes to the Secret, by what they did.',
    labelNames: ['step'],
  });
  const phaseNow = gauge(registry, {
    name: 'rotation_phase',
    help: '1 for the phase in which the certificates are; only the leader sets it.',
    labelNames: ['phase'],
  });
  return {
    stepped: (step) => steps.inc({ step }),
    phase(now) {
      phaseNow.reset();
      if (now !== undefined) for (const phase of phases) phaseNow.set({ phase }, phase === now ? 1 : 0);
    },
  };
}
