import { aborted } from '@clb-direct/shared/runtime/aborted.ts';
import { abortLater } from '@clb-direct/shared/runtime/abort-later.ts';
import type { WorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Change } from '../core/lifecycle/triggers.ts';
import type { ClusterChange } from '../core/model/cluster-port.ts';
import { AccountQuota } from './account-quota.ts';
import { completeRecords } from './complete-records.ts';
import type { ControllerOptions } from './controller-options.ts';
import { EndedPods } from './ended-pods.ts';
import {
  enqueue,
  enqueueByHealth,
  enqueueEverything,
  enqueueHeld,
  enqueueLook,
  enqueueObjects,
  lookAtAllWithin,
  type Live,
} from './enqueue.ts';
import { watchHealth } from './health-watch.ts';
import { LookNeeds } from './look-needs.ts';
import { LookPauses } from './look-pauses.ts';
import { reportClock } from './report-clock.ts';
import { monotonicMs, startQueues } from './start-queues.ts';
import { sweep } from './sweep.ts';

/** For CLBs of which nothing was seen. */
const absentPauses = { firstMs: 10_000, mostMs: 300_000 };

/** Less than others wait for a leader that was killed. */
const lastWritesMs = 5_000;

/** Runs the loops until the signal aborts; what runs then is awaited, but not for long. */
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
      isHeld: (ip) => cluster.podsAt(ip).some(({ heldDeletion }) => heldDeletion !== undefined),
      onHeard: (id, changed) => enqueueByHealth(id, changed, live),
      onVerified: (verified) => enqueueHeld(verified, live),
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
  await untilEnded(Promise.all([watch, scan, sweeping, resync(live, options), quotaReads, ...stopped]), options);
}

/**
 * A write to the cloud is not aborted, and its answer may take 30 s, while nobody drains. One that takes effect later
 * is to the next leader what the last write of a killed one is.
 */
async function untilEnded(work: Promise<unknown>, { signal, log }: ControllerOptions): Promise<void> {
  const ended = work.then(() => true);
  const isEnded = await Promise.race([ended, aborted(abortLater(signal, lastWritesMs)).then(() => false)]);
  if (!isEnded) log.warn({ waitedMs: lastWritesMs }, 'a write is not answered yet; the next leader goes on without it');
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
