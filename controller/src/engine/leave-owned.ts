import type { OwnedWriter } from '../core/model/cluster-port.ts';
import type { OwnedBalancer } from '../core/model/owned-balancer.ts';

/** The CLB stays, and is nobody's. One that was only found is not of our making, and counts for nobody. */
export async function leaveOwned(
  record: OwnedBalancer,
  { ownedRecords }: { readonly ownedRecords: OwnedWriter },
  signal: AbortSignal,
): Promise<void> {
  const isOurs = record.balancerId !== undefined && record.isFound !== true;
  await (isOurs ? ownedRecords.put({ ...record, isLeft: true }, signal) : ownedRecords.remove(record, signal));
}
