import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { startWorkQueue, type Outcome, type WorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { Registry } from 'prom-client';
import { selects } from '../core/binding.ts';
import type { Scope } from '../core/claims.ts';
import type { ClbPort } from '../core/clb-port.ts';
import type { GatePolicy } from '../core/judge-gate.ts';
import { pauseAfter } from '../core/pauses.ts';
import type { Limits } from '../core/plan.ts';
import type { Announcer, ClusterChange, ClusterView, GateWriter, ServiceWriter } from '../core/ports.ts';
import { kindOf } from '../core/trouble.ts';
import { hasClosedGate, loadBalancersOf, wakesOfPod, wakesOfService, type Wakes } from '../core/wakes.ts';
import { createBalancerLoop } from './balancer-loop.ts';
import type { Board } from './board.ts';
import { calmAnnouncer } from './calm-announcer.ts';
import { Endings } from './endings.ts';
import { createGateLoop } from './gate-loop.ts';
import { watchHealth } from './health-watch.ts';
import { createServiceLoop } from './service-loop.ts';

export interface ControllerOptions {
  readonly clb: ClbPort;
  /** Starts watching; resolves with the caches once they have synced. */
  openCluster(change: ClusterChange): Promise<ClusterView>;
  readonly gates: GateWriter;
  readonly services: ServiceWriter;
  readonly announcer: Announcer;
  readonly clusterId: string;
  /** The cluster's; a CLB of another one is told. */
  readonly vpcId: string;
  readonly region: string;
  readonly limits: Limits;
  readonly policy: GatePolicy;
  /** Named in an event: what keeps the gate away from a pod. */
  readonly optOutAnnotation: string;
  readonly recheckMs: number;
  readonly resyncMs: number;
  readonly log: Log;
  readonly registry: Registry;
  readonly board: Board;
  readonly onOpened: (waitedMs: number) => void;
  readonly signal: AbortSignal;
}

interface Queues {
  readonly balancers: WorkQueue;
  readonly services: WorkQueue;
  readonly gates: WorkQueue;
}

/** Runs the loops until the signal aborts; what runs then is awaited. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { signal, board } = options;
  const announcer = calmAnnouncer(options.announcer, { repeatMs: options.resyncMs, nowMs: Date.now });
  const endings = new Endings();
  const link: { live: { queues: Queues; cluster: ClusterView } | undefined } = { live: undefined };
  const cluster = await options.openCluster(changesInto(link, endings)).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (cluster === undefined) return;
  const queues = startQueues({ ...options, announcer }, cluster, endings);
  link.live = { queues, cluster };
  addEverything(queues, cluster);
  const watch = watchHealth(
    {
      clb: options.clb,
      board,
      log: options.log,
      recheckMs: options.recheckMs,
      nowMs: Date.now,
      onHeard: (id, ips) => wakeByHealth(id, ips, queues, { board, cluster }),
      onMissing: (id) => queues.balancers.add(id),
      onFailed: (ids) => ids.forEach((id) => queues.balancers.add(id)),
    },
    signal,
  );
  const { balancers, services, gates } = queues;
  await Promise.all([watch, resync(queues, cluster, options), balancers.stopped, services.stopped, gates.stopped]);
}

/** Changes that come before the caches have synced need no wake: everything is added then. */
function changesInto(
  link: { readonly live: { queues: Queues; cluster: ClusterView } | undefined },
  endings: Endings,
): ClusterChange {
  return {
    pods: (now, before) => {
      endings.note(now, before);
      if (link.live !== undefined) wake(wakesOfPod(now, before, link.live.cluster), link.live.queues);
    },
    services: (now, before) => {
      if (link.live !== undefined) wake(wakesOfService(now, before, link.live.cluster), link.live.queues);
    },
    tke: () => {
      if (link.live !== undefined) addEverything(link.live.queues, link.live.cluster);
    },
  };
}

function wake(wakes: Wakes, queues: Queues): void {
  for (const key of wakes.services) queues.services.add(key);
  for (const key of wakes.balancers) queues.balancers.add(key);
  for (const key of wakes.gates) queues.gates.add(key);
}

function addEverything(queues: Queues, cluster: ClusterView): void {
  for (const service of cluster.services()) {
    queues.services.add(service.key);
    for (const id of loadBalancersOf(service)) queues.balancers.add(id);
  }
  for (const pod of cluster.pods()) if (hasClosedGate(pod)) queues.gates.add(pod.key);
}

async function resync(queues: Queues, cluster: ClusterView, { resyncMs, signal }: ControllerOptions): Promise<void> {
  while (!signal.aborted) {
    await sleep(resyncMs, signal).catch(() => undefined);
    addEverything(queues, cluster);
  }
}

function wakeByHealth(
  id: string,
  ips: readonly string[],
  queues: Queues,
  { board, cluster }: { readonly board: Board; readonly cluster: ClusterView },
): void {
  const pods = ips.flatMap((ip) => cluster.podsAt(ip)).filter((pod) => hasClosedGate(pod));
  for (const pod of pods) queues.gates.add(pod.key);
  if (board.sightOf(id)?.holdsBack === true) queues.balancers.add(id);
  wakeHolders(id, queues.balancers, board);
}

/** Another CLB may hold something back until this one carries it. */
function wakeHolders(id: string, balancers: WorkQueue, board: Board): void {
  const holders = board.sights().filter((sight) => sight.holdsBack && sight.loadBalancerId !== id);
  for (const { loadBalancerId } of holders) balancers.add(loadBalancerId);
}

function startQueues(options: ControllerOptions, cluster: ClusterView, endings: Endings): Queues {
  const { board, log, signal, registry } = options;
  const start = (name: string, concurrency: number, run: (key: string, signal: AbortSignal) => Promise<Outcome>) =>
    startWorkQueue({ name, concurrency, run, pauseMs, log, signal, registry });
  const pauseMs = (error: unknown, failures: number) => pauseAfter(kindOf(error), failures, Math.random());
  const gates = start('gates', 16, createGateLoop({ ...options, cluster, nowMs: Date.now }));
  const services = start('services', 4, createServiceLoop({ ...options, cluster }));
  const balancers: WorkQueue = start(
    'balancers',
    16,
    createBalancerLoop({
      ...options,
      board,
      cluster,
      gate: { type: options.policy.gateType, optOutAnnotation: options.optOutAnnotation },
      confirmMs: options.recheckMs / 2,
      absentRecheckMs: 10_000,
      hasEnded: (uid) => endings.has(uid),
      onSeen: (scope) => wakeByScope(scope, { gates, services }, cluster),
      onProgress: (id) => wakeHolders(id, balancers, board),
      nowMs: Date.now,
    }),
  );
  return { balancers, services, gates };
}

function wakeByScope(scope: Scope, queues: Omit<Queues, 'balancers'>, cluster: ClusterView): void {
  for (const service of scope.services) {
    queues.services.add(service.key);
    const pods = cluster
      .podsIn(service.namespace)
      .filter((pod) => hasClosedGate(pod) && selects(service.selector, pod.labels));
    for (const pod of pods) queues.gates.add(pod.key);
  }
}
