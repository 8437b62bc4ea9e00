import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ClbReads, ListenerAnswer } from '../core/model/clb-port.ts';
import type { ClusterView, RecordWriter } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { newEntry, placesToRecord, type RecordedOwner } from '../core/model/record.ts';
import { groupOfListener } from '../core/plan/listener-name.ts';

interface CompleteRecordsOptions {
  readonly clb: Pick<ClbReads, 'listLoadBalancers' | 'describeListeners'>;
  readonly cluster: Pick<ClusterView, 'owners' | 'recordOf' | 'areRecordsComplete' | 'setRecordsComplete'>;
  readonly records: RecordWriter;
  readonly clusterId: string;
  readonly vpcId: string;
  readonly resyncMs: number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Between two CLBs: everything else is more urgent. */
  readonly pauseMs?: number;
}

const retryMs = 600_000;

/**
 * An install without records, or whose records were deleted, has listeners that nothing else names: each CLB of the VPC
 * is looked at once, and the names of its listeners are proof. Never throws; it is tried again later.
 */
export async function completeRecords(options: CompleteRecordsOptions): Promise<void> {
  const { cluster, resyncMs, signal } = options;
  while (!signal.aborted && !cluster.areRecordsComplete()) {
    const isDone = await tryToScan(options);
    // By then what was written has come back by the watch.
    await sleep(isDone ? resyncMs : retryMs, signal).catch(() => undefined);
    if (isDone) cluster.setRecordsComplete();
  }
}

async function tryToScan(options: CompleteRecordsOptions): Promise<boolean> {
  try {
    await scan(options);
    return true;
  } catch (error) {
    const { log, signal } = options;
    if (!signal.aborted) {
      log.warn({ err: error }, 'the CLBs of the VPC could not be searched for listeners without a record');
    }
    return false;
  }
}

async function scan(options: CompleteRecordsOptions): Promise<void> {
  const { clb, vpcId, records, log, signal, pauseMs = 500 } = options;
  const ids = await clb.listLoadBalancers(vpcId, signal);
  for (const id of ids) {
    await recordOne(id, options);
    await sleep(pauseMs, signal);
  }
  await records.markComplete(signal);
  log.info({ loadBalancers: ids.length }, 'every listener of this cluster has its record');
}

/** A CLB that cannot be read, because it is gone or refused, keeps no other from being searched. */
async function recordOne(id: string, options: CompleteRecordsOptions): Promise<void> {
  const { clb, log, signal } = options;
  const listeners = await clb.describeListeners(id, signal).catch((error: unknown) => {
    if (!(error instanceof CloudError) || (error.kind !== 'gone' && error.kind !== 'refused')) throw error;
    log.warn({ loadBalancer: id, err: error }, 'this CLB could not be searched for listeners without a record');
    return [];
  });
  await recordListeners(id, listeners, options);
}

/** A listener whose owner is not known stays as it is: a wrong cluster id must never touch those of another cluster. */
async function recordListeners(id: string, listeners: readonly ListenerAnswer[], options: CompleteRecordsOptions) {
  const { cluster, clusterId, records, log, signal } = options;
  const owners = new Map([...cluster.owners()].map((owner) => [owner.uid, owner]));
  const byUid = Map.groupBy(listeners, ({ name }) => groupOfListener(name, clusterId));
  const known = new Set((cluster.recordOf(id)?.owners ?? []).map(({ uid }) => uid));
  for (const [uid, own] of byUid) {
    if (uid === undefined || known.has(uid)) continue;
    const owner = owners.get(uid);
    if (owner !== undefined) await records.put(id, entryOf(owner, own), signal);
    else log.warn({ loadBalancer: id, listeners: own.map((one) => one.id) }, 'listeners of this cluster have no owner');
  }
}

function entryOf(owner: OwnerView, listeners: readonly ListenerAnswer[]): RecordedOwner {
  return newEntry(owner, { recordedAtMs: owner.createdAtMs, places: placesToRecord(listeners) });
}
