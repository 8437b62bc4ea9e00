import { programName } from '@clb-direct/shared/domain/names.ts';
import type { Report, Reporter } from '@clb-direct/shared/kube/events/reporter.ts';
import { gauge } from '@clb-direct/shared/runtime/metrics.ts';
import type { Registry } from 'prom-client';
import type { ReconcileLoops } from '../../reconcile-loop/reconcile-loops.ts';
import type { ReadControllerLease } from '../controller-lease.ts';
import { judgeAbsence, sightAfter, type LeaseSight } from './judge-absence.ts';

/** Whether a controller is there to open gates, as far as is known. */
export interface ControllerPresence {
  /** No controller has led for longer than the limit: new pods get no gate, as nobody would open it. */
  isAway(): boolean;
  readonly stopped: Promise<void>;
}

const everyMs = 60_000;
/** While it is away, or may be: gates are added again soon. */
const oftenMs = 5_000;
const retryMs = { first: 500, most: everyMs };

/** Follows the controller's Lease. What cannot be read changes nothing. */
export function followController(o: {
  readonly readLease: ReadControllerLease;
  /** 0: gates are added in any case. */
  readonly limitMs: number;
  readonly namespace: string;
  readonly loops: Pick<ReconcileLoops, 'run'>;
  readonly reporter: Reporter;
  readonly registry: Registry;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly signal: AbortSignal;
}): ControllerPresence {
  let sight: LeaseSight | undefined;
  let isAway = false;
  const paused = gauge(o.registry, {
    name: 'gates_paused',
    help: '1 while new pods get no gate, because no controller has led for long.',
    labelNames: [],
  });
  paused.set(0);

  async function reconcile(signal: AbortSignal): Promise<number> {
    sight = sightAfter(sight, await o.readLease(signal), o.monotonicMs());
    const verdict = judgeAbsence(sight, { limitMs: o.limitMs, nowMs: o.nowMs(), monotonicMs: o.monotonicMs() });
    if (verdict === 'away' || isAway) o.reporter.report(verdict === 'away' ? pausedReport(o) : resumedReport(o));
    isAway = verdict === 'away';
    paused.set(isAway ? 1 : 0);
    return verdict === 'there' ? everyMs : oftenMs;
  }

  if (o.limitMs === 0) return { isAway: () => false, stopped: Promise.resolve() };
  const loop = { name: 'controller-lease', reconcile, signal: o.signal, ignoresTrigger: true, retryMs };
  return { isAway: () => isAway, stopped: o.loops.run(loop) };
}

interface Where {
  readonly namespace: string;
  readonly limitMs: number;
}

function pausedReport({ namespace, limitMs }: Where): Report {
  return {
    severity: 'Warning',
    reason: 'GatesPaused',
    message:
      `Bring the controller back: none has led for ${Math.round(limitMs / 1_000)} s (GATE_PAUSE_MS). ` +
      'Until then delete the pods that wait at their gates, or restart their rollout: new pods get no gate, so they ' +
      'become ready before a CLB sends to them.',
    about: controllerIn(namespace),
    repeat: { by: 'reason', afterMs: 600_000 },
  };
}

function resumedReport({ namespace }: Where): Report {
  return {
    severity: 'Normal',
    reason: 'GatesResumed',
    message: 'A controller leads again: new pods get the gate. Roll out again what was created meanwhile.',
    about: controllerIn(namespace),
  };
}

function controllerIn(namespace: string) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: programName.controller };
}
