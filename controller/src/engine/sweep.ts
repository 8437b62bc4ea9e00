import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ClbPort, ListenerAnswer, TaggedBalancer } from '../core/model/clb-port.ts';
import type { ClusterView, OwnedWriter } from '../core/model/cluster-port.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import { deletionObstacle, unneededBalancers, unneededListeners } from '../core/plan/unneeded.ts';

export interface Unneeded {
  readonly loadBalancers: number;
  readonly listeners: number;
}

interface Options {
  readonly clb: ClbPort;
  readonly cluster: Pick<ClusterView, 'ownedBalancers' | 'leftBalancers' | 'owners' | 'ownersOn' | 'recordOf'>;
  readonly ownedRecords: OwnedWriter;
  readonly clusterId: string;
  readonly vpcId: string;
  /** What a person has said to delete: "lb-a" and "lb-a/lbl-b". Nothing is deleted that is needed. */
  readonly sweepDeletes: readonly string[];
  readonly onUnneeded: (unneeded: Unneeded) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
  /** Between two CLBs: everything else is more urgent. */
  readonly betweenMs?: number;
}

interface Run extends Options {
  /** Of the CLBs that their owners have left: those that the last sweep did not find. */
  readonly missing: Set<string>;
}

const firstAfterMs = 300_000;

/** At most so many are named in one line of the log. */
const mostNamed = 100;

/** Says which CLBs and listeners of this cluster nobody needs, and deletes of those what it was told. Never throws. */
export async function sweep(options: Options): Promise<void> {
  const { signal, everyMs = 3_600_000, log } = options;
  const run = { ...options, missing: new Set<string>() };
  // A start has more urgent calls to make.
  await sleep(firstAfterMs, signal).catch(() => undefined);
  while (!signal.aborted) {
    await sweepOnce(run).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'CLBs and listeners that nobody needs could not be searched for');
    });
    await sleep(everyMs, signal).catch(() => undefined);
  }
}

async function sweepOnce(options: Run): Promise<void> {
  const { clb, cluster, clusterId, sweepDeletes, onUnneeded, log, signal } = options;
  const tagged = await clb.findLoadBalancers({ [tagKey.cluster]: clusterId }, signal);
  const standing = await clb.listLoadBalancers(options.vpcId, signal);
  const listeners = await searchListeners(standing, options);
  await forgetGone(standing, options);
  // Last, because the search takes its time: an owner may name one of them by now.
  const balancers = unneededBalancers(tagged, cluster);
  onUnneeded({ loadBalancers: balancers.length, listeners: listeners.length });
  if (balancers.length + listeners.length === 0) return;
  const named = balancers.map(({ id, tags }) => ({ id, owner: tags[tagKey.name] }));
  const found = { loadBalancers: named.slice(0, mostNamed), listeners: listeners.slice(0, mostNamed) };
  log.warn(found, 'nobody needs these CLBs and listeners of this cluster: delete them, or name them in SWEEP_DELETES');
  for (const one of listeners) if (sweepDeletes.includes(one)) await deleteListener(one, options);
  for (const one of balancers) if (sweepDeletes.includes(one.id)) await deleteBalancer(one, options);
}

/** Each as "lb-a/lbl-b". A CLB that cannot be read keeps no other from being searched. */
async function searchListeners(ids: readonly string[], options: Options): Promise<readonly string[]> {
  const { clb, log, signal, betweenMs = 500 } = options;
  const found: string[] = [];
  for (const id of ids) {
    const listeners = await clb.describeListeners(id, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      log.debug({ loadBalancer: id, err: error }, 'this CLB could not be searched for listeners that nobody needs');
      return [];
    });
    found.push(...unneededOn(id, listeners, options));
    await sleep(betweenMs, signal);
  }
  return found;
}

function unneededOn(
  id: string,
  listeners: readonly ListenerAnswer[],
  { cluster, clusterId }: Options,
): readonly string[] {
  const uids = new Set([...cluster.owners()].map(({ uid }) => uid));
  const unneeded = unneededListeners(listeners, { clusterId, record: cluster.recordOf(id), uids });
  return unneeded.map((one) => `${id}/${one.id}`);
}

/**
 * A CLB that its owner has left counts until it is gone. One answer proves nothing: two sweeps in a row must not find
 * it. No CLB at all may be the answer of a wrong region.
 */
async function forgetGone(standing: readonly string[], { missing, ...options }: Run): Promise<void> {
  const { clb, cluster, ownedRecords, log, signal } = options;
  if (standing.length === 0) return;
  for (const record of [...cluster.leftBalancers()]) {
    const { balancerId: id = '' } = record;
    const isThere = standing.includes(id) || (await clb.describeLoadBalancer(id, signal)) !== undefined;
    const wasMissing = missing.delete(id);
    if (isThere) continue;
    if (wasMissing) {
      await ownedRecords.remove(record, signal);
      log.info({ loadBalancer: id }, 'a CLB that its object left is gone, and counts no more');
    } else missing.add(id);
  }
}

async function deleteListener(path: string, options: Options): Promise<void> {
  const { clb, log, signal } = options;
  const [id = '', listenerId = ''] = path.split('/');
  await attempt(path, options, async () => {
    // Since the search it may have got a rule.
    const isUnneeded = unneededOn(id, await clb.describeListeners(id, signal), options).includes(path);
    if (isUnneeded) await clb.deleteListener(id, listenerId, signal);
    else log.warn({ listener: path }, 'the sweep leaves a listener that it was told to delete: it is needed by now');
    return isUnneeded;
  });
}

async function deleteBalancer(found: TaggedBalancer, options: Options): Promise<void> {
  const { clb, cluster, clusterId, log, signal } = options;
  const { id } = found;
  await attempt(id, options, async () => {
    const balancer = await clb.describeLoadBalancer(id, signal);
    const isProtected = balancer?.settings.deleteProtect === true;
    const listeners = await clb.describeListeners(id, signal);
    const isNeeded = unneededBalancers([found], cluster).length === 0;
    const obstacle = isNeeded ? 'it is needed by now' : deletionObstacle(isProtected, listeners, clusterId);
    if (obstacle === undefined) await clb.deleteLoadBalancer(id, signal);
    else log.warn({ loadBalancer: id, obstacle }, 'the sweep leaves a CLB that it was told to delete');
    return obstacle === undefined;
  });
}

/** The act says whether it has deleted. */
async function attempt(what: string, { log, signal }: Options, act: () => Promise<boolean>): Promise<void> {
  try {
    if (await act()) log.info({ what }, 'the sweep was told to delete this, and it is done');
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ what, err: error }, 'the sweep could not delete this; it tries again in an hour');
  }
}
