import { startWorkQueue, type WorkQueue, type WorkQueueOptions } from '@clb-direct/shared/runtime/work-queue.ts';
import { absenceLimits } from '../core/model/absence.ts';
import { kindOf } from '../core/model/cloud-trouble.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import type { AccountQuota } from './account-quota.ts';
import { createBalancerLoop } from './balancer-loop.ts';
import { createCertificateLoop } from './certificate-loop.ts';
import type { ControllerOptions } from './controller-options.ts';
import { createDrainWishLoop } from './drain-wish-loop.ts';
import type { EndedPods } from './ended-pods.ts';
import { enqueueScope, enqueueWaiting, type Queues } from './enqueue.ts';
import { balancerFairness, balancerPlaces, flowOfBalancer, flowOfObject, objectFairness } from './flows.ts';
import { createGateLoop } from './gate-loop.ts';
import { createHeldDeletionLoop } from './held-deletion-loop.ts';
import { createLifecycleLoop } from './lifecycle-loop.ts';
import type { LookNeeds } from './look-needs.ts';
import type { LookPauses } from './look-pauses.ts';
import { ownedTimes } from './owned-context.ts';
import { createOwnedLoop } from './owned-loop.ts';
import { createPodLoop } from './pod-loop.ts';
import { RecentOpenings } from './recent-openings.ts';
import { createSecurityGroupLoop } from './security-group-loop.ts';

/** For what is only measured, such as drains: a node's clock that jumps must neither end nor prolong them. */
export const monotonicMs = () => performance.now();

/** What the loops share. */
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

/** A queue for each loop; what one loop finds out is put into the queues of others. */
export function startQueues(options: ControllerOptions, { cluster, endedPods, pauses, quota, looks }: Parts): Queues {
  const { state, log, signal, registry } = options;
  const pauseMs = (error: unknown, failures: number) => pauseAfter(kindOf(error), failures, Math.random());
  const start = (queue: Pick<WorkQueueOptions, 'name' | 'concurrency' | 'run' | 'flowOf' | 'fairness'>) =>
    startWorkQueue({ ...queue, pauseMs, log, signal, registry });
  const nowMs = () => options.clock.nowMs();
  const ofObjects = { flowOf: flowOfObject, fairness: objectFairness };
  const openings = new RecentOpenings({ ...drainTimes(options), nowMs: monotonicMs });
  const onOpened = (waitedMs: number, pod: PodView) => {
    options.onOpened(waitedMs);
    openings.note(cluster.ownersSelecting(pod));
  };
  const openGates = createGateLoop({ ...options, cluster, nowMs, onOpened });
  const answerDeletions = createHeldDeletionLoop({ ...options, cluster, nowMs });
  const runPod = createPodLoop([answerDeletions, openGates, createDrainWishLoop({ ...options, cluster })]);
  const gates = start({ name: 'gates', concurrency: 32, run: runPod, ...ofObjects });
  const run = createLifecycleLoop({ ...options, cluster, nowMs });
  const owners = start({ name: 'owners', concurrency: 16, run, ...ofObjects });
  const onShown = (owner: OwnerView) => enqueueScope({ owners: [owner] }, { owners, gates }, cluster);
  const runOwned = createOwnedLoop({ ...options, ...ownedOptions(options), cluster, onShown, nowMs, monotonicMs });
  const owned = start({ name: 'owned', concurrency: 8, run: runOwned, ...ofObjects });
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
      onObserved: (scope, same) => enqueueScope({ ...scope, same }, { gates, owners, owned }, cluster),
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
