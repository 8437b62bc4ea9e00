import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ClbReads, ListenerAnswer } from '../core/model/clb-port.ts';
import type { ClusterView, RecordWriter, Unsearched } from '../core/model/cluster-port.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import { newEntry, placesToRecord, type RecordedOwner } from '../core/model/record.ts';
import { groupOfListener } from '../core/plan/listener-name.ts';

interface CompleteRecordsOptions {
  readonly clb: Pick<ClbReads, 'listLoadBalancers' | 'describeListeners'>;
  readonly cluster: Pick<ClusterView, 'owners' | 'recordOf' | 'recordEntries' | 'unsearched' | 'setUnsearched'>;
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

/** So often a CLB that has to be searched must be gone before nothing is expected there any more. */
const mostGone = 3;

/**
 * Where records are missing, nothing else names the listeners of this cluster: an install without records, or one that
 * lost some while no controller ran. Each CLB in question, or of the VPC, is looked at once, and the names of its
 * listeners are proof. Never throws; what cannot be read is tried again later.
 */
export async function completeRecords(options: CompleteRecordsOptions): Promise<void> {
  const { cluster, resyncMs, signal } = options;
  const search = { ...options, gone: new Map<string, number>() };
  while (!signal.aborted && isIncomplete(cluster.unsearched())) {
    const rest = await tryToSearch(search);
    // By then what was written has come back by the watch.
    if (rest !== undefined && (await slept(resyncMs, signal))) cluster.setUnsearched(new Set(rest));
    if (isIncomplete(cluster.unsearched())) await slept(retryMs, signal);
  }
}

function isIncomplete(unsearched: Unsearched): boolean {
  return unsearched === 'all' || unsearched.size > 0;
}

/** false: aborted. */
async function slept(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

interface Search extends CompleteRecordsOptions {
  /** How often each CLB was gone. */
  readonly gone: Map<string, number>;
}

/** Ids of the CLBs that could not be searched; undefined: nothing is known. */
async function tryToSearch(search: Search): Promise<readonly string[] | undefined> {
  try {
    return await searchAll(search);
  } catch (error) {
    const { log, signal } = search;
    if (!signal.aborted) {
      log.warn({ err: error }, 'the CLBs of the VPC could not be searched for listeners without a record');
    }
    return undefined;
  }
}

async function searchAll(search: Search): Promise<readonly string[]> {
  const { clb, cluster, vpcId, records, log, signal, pauseMs = 500 } = search;
  const unsearched = cluster.unsearched();
  const ids = unsearched === 'all' ? await clb.listLoadBalancers(vpcId, signal) : [...unsearched];
  const found = new Map<string, Found>();
  for (const id of ids) {
    found.set(id, await searchOne(id, search));
    await sleep(pauseMs, signal);
  }
  const idsWith = (what: Found) => ids.filter((id) => found.get(id) === what);
  if (unsearched !== 'all') for (const id of idsWith('nothing')) await unmark(id, search);
  else {
    const recorded = [...cluster.recordEntries()].map(({ balancerId }) => balancerId);
    await records.markComplete([...new Set([...recorded, ...idsWith('listeners'), ...idsWith('unreadable')])], signal);
  }
  const unreadable = idsWith('unreadable');
  log.info({ searched: ids.length, unreadable }, 'the listeners of this cluster were searched for missing records');
  return unreadable;
}

/** Of a CLB that got a record meanwhile the record is missed when it is deleted. */
async function unmark(id: string, { cluster, records, signal }: Search): Promise<void> {
  if (cluster.recordOf(id) === undefined) await records.unmark(id, signal);
}

/** What is without a record on a CLB. unreadable: it is refused, or perhaps only hidden. */
type Found = 'listeners' | 'nothing' | 'unreadable';

/** A CLB that cannot be read keeps no other from being searched. */
async function searchOne(id: string, search: Search): Promise<Found> {
  const { clb, gone, log, signal } = search;
  try {
    return await recordListeners(id, await clb.describeListeners(id, signal), search);
  } catch (error) {
    if (!(error instanceof CloudError) || (error.kind !== 'gone' && error.kind !== 'refused')) throw error;
    log.warn({ loadBalancer: id, err: error }, 'this CLB could not be searched for listeners without a record');
    const times = (gone.get(id) ?? 0) + (error.kind === 'gone' ? 1 : 0);
    gone.set(id, times);
    return times < mostGone ? 'unreadable' : 'nothing';
  }
}

/** A listener whose owner is not known stays as it is: a wrong cluster id must never touch those of another cluster. */
async function recordListeners(
  id: string,
  listeners: readonly ListenerAnswer[],
  options: CompleteRecordsOptions,
): Promise<Found> {
  const { cluster, clusterId, records, log, signal } = options;
  const owners = new Map([...cluster.owners()].map((owner) => [owner.uid, owner]));
  const byUid = Map.groupBy(listeners, ({ name }) => groupOfListener(name, clusterId));
  const known = new Set((cluster.recordOf(id)?.owners ?? []).map(({ uid }) => uid));
  let found: Found = 'nothing';
  for (const [uid, own] of byUid) {
    if (uid === undefined || known.has(uid)) continue;
    const owner = owners.get(uid);
    if (owner === undefined) {
      log.warn({ loadBalancer: id, listeners: own.map((one) => one.id) }, 'listeners of this cluster have no owner');
      continue;
    }
    await records.put(id, entryOf(owner, own), signal);
    found = 'listeners';
  }
  return found;
}

function entryOf(owner: OwnerView, listeners: readonly ListenerAnswer[]): RecordedOwner {
  return newEntry(owner, { recordedAtMs: owner.createdAtMs, places: placesToRecord(listeners) });
}
