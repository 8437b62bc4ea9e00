import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { startWorkQueue, type WorkQueue, type WorkQueueOptions } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Registry } from 'prom-client';
import type { GatePolicy } from '../core/gate/gate-facts.ts';
import type { Change } from '../core/lifecycle/triggers.ts';
import { absenceLimits, type AbsenceLimits } from '../core/model/absence.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import { kindOf } from '../core/model/cloud-trouble.ts';
import type {
  ClusterChange,
  ClusterClock,
  ClusterView,
  GateWriter,
  HeldDeletionWriter,
  OwnedWriter,
  OwnerWriter,
  PairReader,
  ConfigWriter,
  RecordWriter,
  Reporter,
} from '../core/model/cluster-port.ts';
import type { PodView } from '../core/model/pod-view.ts';
import type { HandChange } from '../core/plan/hand-change.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import type { PlaceRules } from '../core/plan/place-rules.ts';
import { AccountQuota } from './account-quota.ts';
import { createCertificateLoop } from './certificate-loop.ts';
import { completeRecords } from './complete-records.ts';
import { createBalancerLoop } from './balancer-loop.ts';
import { EndedPods } from './ended-pods.ts';
import type { Limits } from './facts.ts';
import {
  enqueue,
  enqueueByHealth,
  enqueueEverything,
  enqueueLook,
  enqueueObjects,
  enqueueScope,
  enqueueWaiting,
  lookAtAllWithin,
  type Live,
  type Queues,
} from './enqueue.ts';
import { createDrainWishLoop } from './drain-wish-loop.ts';
import { createGateLoop } from './gate-loop.ts';
import { createHeldDeletionLoop } from './held-deletion-loop.ts';
import { watchHealth } from './health-watch.ts';
import { createLifecycleLoop } from './lifecycle-loop.ts';
import { LookNeeds } from './look-needs.ts';
import { LookPauses } from './look-pauses.ts';
import type { ObservedState } from './observed-state.ts';
import { RecentOpenings } from './recent-openings.ts';
import { createSecurityGroupLoop } from './security-group-loop.ts';
import { sweep, type Unneeded } from './sweep.ts';
import { ownedTimes, type CreationRules, type OwnedTimes } from './owned-context.ts';
import { createOwnedLoop } from './owned-loop.ts';
import { createPodLoop } from './pod-loop.ts';
import { reportClock } from './report-clock.ts';
import { balancerFairness, balancerPlaces, flowOfBalancer, flowOfObject } from './flows.ts';

export interface ControllerOptions {
  readonly clb: ClbPort;
  /** Starts watching; resolves with the caches once they have synced. */
  openCluster(change: ClusterChange): Promise<ClusterView>;
  readonly clock: ClusterClock;
  /** Key of the pod that runs this. */
  readonly ownPod: string;
  readonly gates: GateWriter;
  readonly heldDeletions: HeldDeletionWriter;
  readonly owners: OwnerWriter;
  readonly records: RecordWriter;
  readonly ownedRecords: OwnedWriter;
  readonly creation: CreationRules;
  readonly configs: ConfigWriter;
  /** Reads the pairs of Secrets that are uploaded. */
  readonly pairs: PairReader;
  /** How long a certificate or security group of ours stays that nobody needs; without it 20 s. */
  readonly unneededMs?: number;
  readonly reporter: Reporter;
  readonly clusterId: string;
  /** The cluster's; a CLB of another one is reported. */
  readonly vpcId: string;
  readonly region: string;
  readonly limits: Limits;
  readonly placeRules: PlaceRules;
  /** Without it `absenceLimits`. */
  readonly absence?: AbsenceLimits;
  /** Without it `ownedTimes`. */
  readonly ownedTimes?: OwnedTimes;
  readonly policy: GatePolicy;
  /** Named in an event: what keeps the gate away from a pod. */
  readonly optOutAnnotation: string;
  /** How many looks at CLBs one namespace may begin in a minute; drains do not wait for it. */
  readonly looksPerMinute: number;
  readonly recheckMs: number;
  readonly resyncMs: number;
  readonly log: Log;
  readonly registry: Registry;
  readonly state: ObservedState;
  readonly onOpened: (waitedMs: number) => void;
  /** A change of another writer was undone. */
  readonly onUndone: (what: HandChange['what']) => void;
  /** See `sweep`. */
  readonly sweepDeletes: readonly string[];
  readonly onUnneeded: (unneeded: Unneeded) => void;
  readonly signal: AbortSignal;
}

/** For CLBs of which nothing was seen. */
const absentPauses = { firstMs: 10_000, mostMs: 300_000 };

/** For what is only measured, such as drains: a node's clock that jumps must neither end nor prolong them. */
const monotonicMs = () => performance.now();

/** Runs the loops until the signal aborts; what runs then is awaited. */
export async function runController(options: ControllerOptions): Promise<void> {
  const { signal, state } = options;
  const quota = new AccountQuota({ ...options, nowMs: monotonicMs });
  const quotaRead = quota.readFirst(signal);
  const endedPods = new EndedPods();
  const link: { live: Live | undefined } = { live: undefined };
  const cluster = await options.openCluster(changesInto(link, endedPods)).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (cluster === undefined) return;
  const pauses = new LookPauses(absentPauses);
  await quotaRead;
  const looks = new LookNeeds();
  const queues = startQueues(options, { cluster, endedPods, pauses, quota, looks });
  const live: Live = { queues, cluster, state, pauses, looks };
  link.live = live;
  enqueueEverything(live);
  const watch = watchHealth(
    {
      ...options,
      clb: options.clb.inFlow({ priority: 'gate', share: '' }),
      nowMs: monotonicMs,
      onHeard: (id, changed) => enqueueByHealth(id, changed, live),
      isRefused: (id) => pauses.isRefused(id),
      onContradiction: (id) => enqueueLook(id, live),
      onFailed: (ids) => ids.forEach((id) => enqueueLook(id, live)),
    },
    signal,
  );
  const scan = completeRecords({ ...options, cluster });
  const quotaReads = quota.keepRead(signal);
  const sweeping = sweep({ ...options, clb: options.clb.inFlow({ priority: 'look', share: '' }), cluster });
  const stopped = Object.values(queues).map((queue: WorkQueue) => queue.stopped);
  await Promise.all([watch, scan, sweeping, resync(live, options), quotaReads, ...stopped]);
}

/** Changes that come before the caches have synced enqueue nothing: everything is enqueued then. */
function changesInto(link: { readonly live: Live | undefined }, endedPods: EndedPods): ClusterChange {
  const enqueueFor = (change: Change) => {
    if (link.live !== undefined) enqueue(change, link.live);
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

async function resync(live: Live, options: ControllerOptions): Promise<void> {
  const { resyncMs, signal } = options;
  while (!signal.aborted) {
    reportClock(live.cluster, options);
    await lookAtAllWithin(resyncMs, live, signal).catch(() => undefined);
    enqueueObjects(live);
  }
}

interface Parts {
  readonly cluster: ClusterView;
  readonly endedPods: EndedPods;
  readonly pauses: LookPauses;
  readonly quota: AccountQuota;
  readonly looks: LookNeeds;
}

/** See `RecentOpenings`: a weight 0 waits for others at most a fifth of RECHECK_MS. */
function drainTimes({ recheckMs }: ControllerOptions) {
  return { withinMs: 0.2 * recheckMs, keptMs: 2 * recheckMs };
}

function ownedOptions({ absence, ownedTimes: times }: ControllerOptions) {
  const newProof = () => crypto.randomUUID();
  return { absenceLimits: absence ?? absenceLimits, times: times ?? ownedTimes, newProof };
}

function startQueues(options: ControllerOptions, { cluster, endedPods, pauses, quota, looks }: Parts): Queues {
  const { state, log, signal, registry } = options;
  const pauseMs = (error: unknown, failures: number) => pauseAfter(kindOf(error), failures, Math.random());
  const start = (queue: Pick<WorkQueueOptions, 'name' | 'concurrency' | 'run' | 'flowOf' | 'fairness'>) =>
    startWorkQueue({ ...queue, pauseMs, log, signal, registry });
  const nowMs = () => options.clock.nowMs();
  const openings = new RecentOpenings({ ...drainTimes(options), nowMs: monotonicMs });
  const onOpened = (waitedMs: number, pod: PodView) => {
    options.onOpened(waitedMs);
    openings.note(cluster.ownersSelecting(pod));
  };
  const openGates = createGateLoop({ ...options, cluster, nowMs, onOpened });
  const answerDeletions = createHeldDeletionLoop({ ...options, cluster, nowMs });
  const runPod = createPodLoop([answerDeletions, openGates, createDrainWishLoop({ ...options, cluster })]);
  const gates = start({ name: 'gates', concurrency: 16, run: runPod, flowOf: flowOfObject });
  const run = createLifecycleLoop({ ...options, cluster, nowMs });
  const owners = start({ name: 'owners', concurrency: 4, run, flowOf: flowOfObject });
  const onShown = (owner: OwnerView) => enqueueScope({ owners: [owner] }, { owners, gates }, cluster);
  const runOwned = createOwnedLoop({ ...options, ...ownedOptions(options), cluster, onShown, nowMs, monotonicMs });
  const owned = start({ name: 'owned', concurrency: 4, run: runOwned, flowOf: flowOfObject });
  const certificates = startCertificates(options, cluster, start);
  const securityGroups = startSecurityGroups(options, cluster, start);
  const balancers: WorkQueue = start({
    name: 'balancers',
    concurrency: balancerPlaces,
    fairness: balancerFairness(options.looksPerMinute),
    flowOf: (id) => flowOfBalancer(id, { cluster, state }),
    run: createBalancerLoop({
      ...options,
      cluster,
      pauses,
      absenceLimits: options.absence ?? absenceLimits,
      quota,
      looks,
      gate: { type: options.policy.gateType, optOutAnnotation: options.optOutAnnotation },
      confirmMs: options.recheckMs / 2,
      paceMs: options.recheckMs,
      openings,
      conflictRecheckMs: 10_000,
      hasEnded: (uid) => endedPods.has(uid),
      onObserved: (scope) => enqueueScope(scope, { gates, owners, owned }, cluster),
      onProgress: (id) => enqueueWaiting(id, { queues: { balancers }, cluster, state }),
      nowMs: monotonicMs,
    }),
  });
  return { balancers, owners, owned, gates, certificates, securityGroups };
}

type Start = (queue: Pick<WorkQueueOptions, 'name' | 'concurrency' | 'run'>) => WorkQueue;

/** One key: all certificates are looked at by one list. */
function startCertificates(options: ControllerOptions, cluster: ClusterView, start: Start): WorkQueue {
  const { clock } = options;
  const times = timesOf(options);
  const nowMs = () => clock.nowMs();
  const run = createCertificateLoop({ ...options, cluster, times, nowMs, monotonicMs });
  return start({ name: 'certificates', concurrency: 1, run });
}

/** The same for security groups. */
function startSecurityGroups(options: ControllerOptions, cluster: ClusterView, start: Start): WorkQueue {
  const run = createSecurityGroupLoop({ ...options, cluster, times: timesOf(options), monotonicMs });
  return start({ name: 'security-groups', concurrency: 1, run });
}

function timesOf({ unneededMs = 20_000, resyncMs }: ControllerOptions) {
  return { unneededMs, resyncMs };
}
