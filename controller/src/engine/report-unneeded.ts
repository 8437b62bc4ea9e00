import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ClbReads } from '../core/model/clb-port.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { tagKey } from '../core/model/owned-balancer.ts';

interface Options {
  readonly clb: Pick<ClbReads, 'findLoadBalancers'>;
  readonly cluster: Pick<ClusterView, 'ownedBalancers'>;
  readonly clusterId: string;
  readonly onUnneeded: (count: number) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/** Says which CLBs with this cluster's tags belong to no record. Never throws, and deletes nothing. */
export async function reportUnneeded(options: Options): Promise<void> {
  const { signal, everyMs = 3_600_000, log } = options;
  while (!signal.aborted) {
    await report(options).catch((error: unknown) => {
      if (!signal.aborted) log.debug({ err: error }, 'CLBs that nobody needs could not be searched for');
    });
    await sleep(everyMs, signal).catch(() => undefined);
  }
}

/** A CLB that is being made has a record already; whether its id is known yet does not matter. */
async function report({ clb, cluster, clusterId, onUnneeded, log, signal }: Options): Promise<void> {
  const tagged = await clb.findLoadBalancers({ [tagKey.cluster]: clusterId }, signal);
  const records = [...cluster.ownedBalancers()];
  const isNeeded = (id: string, uid = '') =>
    records.some((one) => one.balancerId === id || (one.balancerId === undefined && one.owner.uid === uid));
  const unneeded = tagged.filter(({ id, tags }) => !isNeeded(id, tags[tagKey.owner]));
  onUnneeded(unneeded.length);
  if (unneeded.length === 0) return;
  const loadBalancers = unneeded.map(({ id, tags }) => ({ id, owner: tags[tagKey.name] })).slice(0, 100);
  log.warn({ loadBalancers, count: unneeded.length }, 'CLBs with the tags of this cluster belong to no record');
}
