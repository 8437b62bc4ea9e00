import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { startWorkQueue, type Outcome, type WorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Registry } from 'prom-client';
import type { GatePolicy } from '../core/gate/gate-facts.ts';
import { podsOf, triggersOf, type Change, type Triggers } from '../core/lifecycle/triggers.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import { kindOf } from '../core/model/cloud-trouble.ts';
import type {
  ClusterChange,
  ClusterClock,
  ClusterView,
  GateWriter,
  OwnerWriter,
  RecordWriter,
  Reporter,
} from '../core/model/cluster-port.ts';
import { balancersOf } from '../core/model/owner-view.ts';
import { isHeld, keyOfEntry } from '../core/model/record.ts';
import { hasClosedGate } from '../core/model/pod-view.ts';
import type { TargetAddress } from '../core/model/target.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import type { Scope } from '../core/plan/scope.ts';
import { completeRecords } from './complete-records.ts';
import { createBalancerLoop } from './balancer-loop.ts';
import { EndedPods } from './ended-pods.ts';
import type { Limits } from './facts.ts';
import { createGateLoop } from './gate-loop.ts';
import { watchHealth } from './health-watch.ts';
import { createLifecycleLoop } from './lifecycle-loop.ts';
import type { ObservedState } from './observed-state.ts';
import { reportClock } from './report-clock.ts';

export interface ControllerOptions {
  readonly clb: ClbPort;
  /** Starts watching; resolves with the caches once they have synced. */
  openCluster(change: ClusterChange): Promise<ClusterView>;
  readonly clock: ClusterClock;
  /** Key of the pod that runs this. */
  readonly ownPod: string;
  readonly gates: GateWriter;
  readonly owners: OwnerWriter;
  readonly records: RecordWriter;
  readonly reporter: Reporter;
  readonly clusterId: string;
  /** The cluster's; a CLB of another one is reported. */
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
  readonly state: ObservedState;
  readonly onOpened: (waitedMs: number) => void;
  readonly signal: AbortSignal;
}

interface Queues {
  readonly balancers: WorkQueue;
  readonly owners: WorkQueue;
  readonly gates: WorkQueue;
}

interface Live {
  readonly queues: Queues;
  readonly cluster: ClusterView;
}

/** For what is only measured, such as drains: a node's clock that jumps must neither end nor prolong them. */
const monotonicMs = () => performance.now();

/** Runs the loops until the signal aborts; what runs then is awaited. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { signal, state } = options;
  const endedPods = new EndedPods();
  const link: { live: Live | undefined } = { live: undefined };
  const cluster = await options.openCluster(changesInto(link, endedPods)).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (cluster === undefined) return;
  const queues = startQueues(options, cluster, endedPods);
  link.live = { queues, cluster };
  enqueueEverything(link.live);
  const watch = watchHealth(
    {
      ...options,
      nowMs: monotonicMs,
      onHeard: (id, changed) => enqueueByHealth(id, changed, { queues, cluster, state }),
      onMissing: (id) => queues.balancers.add(id),
      onFailed: (ids) => ids.forEach((id) => queues.balancers.add(id)),
    },
    signal,
  );
  const { balancers, owners, gates } = queues;
  const scan = completeRecords({ ...options, cluster, nowMs: () => options.clock.nowMs() });
  await Promise.all([watch, scan, resync(link.live, options), balancers.stopped, owners.stopped, gates.stopped]);
}

/** Changes that come before the caches have synced enqueue nothing: everything is enqueued then. */
function changesInto(link: { readonly live: Live | undefined }, endedPods: EndedPods): ClusterChange {
  const enqueueFor = (change: Change) => {
    if (link.live !== undefined) enqueue(triggersOf(change, link.live.cluster), link.live.queues);
  };
  return {
    pods: (now, before) => {
      endedPods.note(now, before);
      enqueueFor({ kind: 'pod', now, before });
    },
    owners: (now, before) => enqueueFor({ kind: 'owner', now, before }),
    tke: () => {
      if (link.live !== undefined) enqueueEverything(link.live);
    },
  };
}

function enqueue(triggers: Triggers, queues: Queues): void {
  for (const key of triggers.owners) queues.owners.add(key);
  for (const id of triggers.balancers) queues.balancers.add(id);
  for (const key of triggers.gates) queues.gates.add(key);
}

function enqueueEverything({ queues, cluster }: Live): void {
  for (const owner of cluster.owners()) {
    queues.owners.add(owner.key);
    for (const id of balancersOf(owner)) queues.balancers.add(id);
  }
  for (const entry of cluster.recordEntries()) {
    queues.owners.add(keyOfEntry(entry));
    if (isHeld(entry)) queues.balancers.add(entry.balancerId);
  }
  for (const pod of cluster.pods()) if (hasClosedGate(pod)) queues.gates.add(pod.key);
}

async function resync(live: Live, options: ControllerOptions): Promise<void> {
  const { resyncMs, signal } = options;
  while (!signal.aborted) {
    reportClock(live.cluster, options);
    await sleep(resyncMs, signal).catch(() => undefined);
    enqueueEverything(live);
  }
}

function enqueueByHealth(
  id: string,
  changed: readonly TargetAddress[],
  { queues, cluster, state }: Live & { readonly state: ObservedState },
): void {
  const pods = changed.flatMap(({ ip }) => cluster.podsAt(ip)).filter((pod) => hasClosedGate(pod));
  for (const pod of pods) queues.gates.add(pod.key);
  if (state.of(id)?.waitsForHealth === true) queues.balancers.add(id);
  enqueueWaiting(id, queues.balancers, state);
}

/** Another CLB may withhold something until this one carries it. */
function enqueueWaiting(id: string, balancers: WorkQueue, state: ObservedState): void {
  const waiting = state.all().filter((other) => other.waitsForHealth && other.id !== id);
  for (const other of waiting) balancers.add(other.id);
}

function startQueues(options: ControllerOptions, cluster: ClusterView, endedPods: EndedPods): Queues {
  const { state, log, signal, registry } = options;
  const start = (name: string, concurrency: number, run: (key: string, signal: AbortSignal) => Promise<Outcome>) =>
    startWorkQueue({ name, concurrency, run, pauseMs, log, signal, registry });
  const pauseMs = (error: unknown, failures: number) => pauseAfter(kindOf(error), failures, Math.random());
  const nowMs = () => options.clock.nowMs();
  const gates = start('gates', 16, createGateLoop({ ...options, cluster, nowMs }));
  const owners = start('owners', 4, createLifecycleLoop({ ...options, cluster, nowMs }));
  const balancers: WorkQueue = start(
    'balancers',
    16,
    createBalancerLoop({
      ...options,
      cluster,
      gate: { type: options.policy.gateType, optOutAnnotation: options.optOutAnnotation },
      confirmMs: options.recheckMs / 2,
      absentRecheckMs: 10_000,
      hasEnded: (uid) => endedPods.has(uid),
      onObserved: (scope) => enqueueScope(scope, { gates, owners }, cluster),
      onProgress: (id) => enqueueWaiting(id, balancers, state),
      nowMs: monotonicMs,
    }),
  );
  return { balancers, owners, gates };
}

function enqueueScope(scope: Scope, queues: Omit<Queues, 'balancers'>, cluster: ClusterView): void {
  for (const owner of scope.owners) {
    queues.owners.add(owner.key);
    for (const pod of podsOf(owner, cluster)) if (hasClosedGate(pod)) queues.gates.add(pod.key);
  }
}
