import { recordLabel } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import { configMaps } from '@clb-direct/shared/kube/client/paths.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';
import { isHeld, type RecordEntry } from '../core/model/record.ts';
import { readOwned } from '../kube/owned-format.ts';
import { markedBalancers, readRecord } from '../kube/record-format.ts';

/** What the records say of what stands on CLBs. They know objects that are gone, and go with the namespace. */
export interface Records {
  /** Of owners that may have something there. */
  readonly entries: readonly RecordEntry[];
  /** CLBs that were made for an owner, those that may be on their way, and those that only look deleted. */
  readonly made: readonly OwnedBalancer[];
  /** Every CLB where something may stand has its record, and all of them could be read. */
  readonly isComplete: boolean;
}

export async function listRecords(api: KubeApi, namespace: string, signal: AbortSignal): Promise<Records> {
  const list = async (kind: string) => listConfigMaps({ api, namespace, kind }, signal);
  const [balancers, owned, marks] = await Promise.all(
    [recordLabel.balancer, recordLabel.owned, recordLabel.region].map(list),
  );
  return recordsIn({ balancers: balancers ?? [], owned: owned ?? [], mark: marks?.[0] });
}

interface RawRecords {
  readonly balancers: readonly unknown[];
  readonly owned: readonly unknown[];
  readonly mark: unknown;
}

export function recordsIn({ balancers, owned, mark }: RawRecords): Records {
  const read = balancers.map(readRecord);
  const all = read.flatMap((record) => record ?? []);
  const made = owned.map((raw) => readOwned(raw)?.record);
  const isReadable = all.length === read.length && all.every(({ unreadable }) => unreadable.length === 0);
  const isMarked = markedBalancers(mark)?.every((id) => all.some(({ balancerId }) => balancerId === id)) === true;
  return {
    entries: all.flatMap(({ balancerId, owners }) => owners.map((owner) => ({ balancerId, owner }))).filter(isHeld),
    made: made.filter((one) => one !== undefined).filter(mayStand),
    isComplete: isMarked && isReadable && made.every((one) => one !== undefined),
  };
}

function mayStand(record: OwnedBalancer): boolean {
  return isMade(record) || record.former !== undefined;
}

/** It stands, or may be on its way. */
export function isMade({ balancerId, askedAtMs }: OwnedBalancer): boolean {
  return balancerId !== undefined || askedAtMs !== undefined;
}

/** A ConfigMap may have 1 MiB. */
const pageSize = 50;

async function listConfigMaps(
  { api, namespace, kind }: { readonly api: KubeApi; readonly namespace: string; readonly kind: string },
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  const query = { labelSelector: `${recordLabel.name}=${kind}` };
  const options = { api, path: configMaps(namespace), query, pageSize, signal, onPage: () => undefined };
  await listPages(options, (raw) => found.push(raw));
  return found;
}
