import type { GateCondition } from '@clb-direct/shared/domain/gate.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { readBindings, selects } from '../core/binding.ts';
import { judgeGate, type GateFacts, type GatePolicy, type GateVerdict } from '../core/judge-gate.ts';
import { ownershipOf } from '../core/ownership.ts';
import type { Announcer, ClusterView, GateWriter } from '../core/ports.ts';
import type { PodView } from '../core/views.ts';
import { hasClosedGate } from '../core/wakes.ts';
import type { Board } from './board.ts';

export interface GateLoopOptions {
  readonly cluster: ClusterView;
  readonly board: Board;
  readonly gates: GateWriter;
  readonly announcer: Announcer;
  readonly log: Log;
  readonly policy: GatePolicy;
  readonly nowMs: () => number;
  /** A gate was opened, so many milliseconds after the containers were ready. */
  readonly onOpened: (waitedMs: number) => void;
}

/** One turn for one pod: read the board, judge, write one condition. A gate that is open stays open. */
export function createGateLoop(options: GateLoopOptions): (key: string, signal: AbortSignal) => Promise<Outcome> {
  return async (key, signal) => {
    const pod = options.cluster.pod(key);
    if (pod === undefined || !hasClosedGate(pod) || pod.ending || pod.finished) return { kind: 'settled' };
    const verdict = judgeGate(gateFacts(pod, options));
    if (verdict.condition !== 'leave') await write(pod, verdict.condition, verdict, { ...options, signal });
    return verdict.recheckMs === undefined ? { kind: 'settled' } : { kind: 'recheck', afterMs: verdict.recheckMs };
  };
}

async function write(
  pod: PodView,
  condition: GateCondition,
  verdict: GateVerdict,
  { signal, ...options }: GateLoopOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const isOpen = condition.status === 'True';
  if (!sameCondition(condition, pod.gate)) {
    await options.gates.write(pod, condition, signal);
    if (isOpen) tellOpened(pod, condition, options);
  }
  if (!isOpen) tellWaiting(pod, condition, verdict, options);
}

function gateFacts(pod: PodView, { cluster, board, policy, nowMs }: GateLoopOptions): GateFacts {
  const services = cluster
    .servicesIn(pod.namespace)
    .filter((service) => !service.ending && selects(service.selector, pod.labels));
  const ownerships = Map.groupBy(services, (service) => ownershipOf(service, cluster.tkePresent()));
  const readings = (ownerships.get('ours') ?? []).map((service) => ({ service, ...readBindings(service) }));
  return {
    nowMs: nowMs(),
    pod,
    bindings: readings.flatMap(({ bindings }) => bindings),
    unreadable: readings
      .filter(({ bindings }) => bindings.length === 0)
      .map(({ service, problems }) => `Service ${service.key}: ${problems[0]?.message ?? 'it has no ports'}`),
    leftToTke: ownerships.has('left-to-tke'),
    sightOf: (id) => board.sightOf(id),
    policy,
  };
}

function sameCondition(a: GateCondition, b: PodView['gate']): boolean {
  return typeof b === 'object' && a.status === b.status && a.reason === b.reason && a.message === b.message;
}

function tellOpened(pod: PodView, { reason, message }: GateCondition, options: GateLoopOptions): void {
  const waitedMs = Math.max(0, options.nowMs() - (pod.containersReadyAtMs ?? pod.createdAtMs));
  options.onOpened(waitedMs);
  options.announcer.aboutPod(pod, { type: 'Normal', reason, message });
  options.log.info({ pod: pod.key, reason, waitedMs }, 'opened the gate');
}

function tellWaiting(
  pod: PodView,
  { reason, message }: GateCondition,
  { failing, overdue }: GateVerdict,
  { log, announcer }: GateLoopOptions,
): void {
  log.debug({ pod: pod.key, reason, message }, 'the gate waits');
  if (failing) announcer.aboutPod(pod, { type: 'Warning', reason: 'HealthCheckFailing', message });
  else if (overdue) announcer.aboutPod(pod, { type: 'Warning', reason, message });
}
