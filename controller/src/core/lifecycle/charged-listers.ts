import type { OwnerIndex } from '../model/cluster-port.ts';
import { balancersOf, type OwnerView } from '../model/owner-view.ts';

interface Concerned {
  /** Of the pod that changed. */
  readonly namespace: string;
  /** Those that select it or list its address. */
  readonly owners: readonly OwnerView[];
  /** Ids of CLBs that have a target at its address. */
  readonly standing: readonly string[];
}

/**
 * The namespace on whose account a CLB is looked at, by its id, where only owners of other namespaces have to do with
 * it: whoever lists addresses may list those of everybody's pods. Where nobody has to do with it any more, and for all
 * others, the look is the pod's.
 */
export function chargedListers(
  { namespace, owners, standing }: Concerned,
  cluster: Pick<OwnerIndex, 'ownersOn'>,
): ReadonlyMap<string, string> {
  const isNeighbour = (owner: OwnerView) => owner.namespace === namespace;
  const there = standing.map((id) => ({ id, on: cluster.ownersOn(id) }));
  const own = new Set([
    ...owners.filter(isNeighbour).flatMap(balancersOf),
    ...there.filter(({ on }) => on.length === 0 || on.some(isNeighbour)).map(({ id }) => id),
  ]);
  const listed = owners.flatMap((owner) => balancersOf(owner).map((id) => ({ id, by: owner.namespace })));
  const all = [...there.flatMap(({ id, on: [first] }) => (first ? [{ id, by: first.namespace }] : [])), ...listed];
  return new Map(all.filter(({ id }) => !own.has(id)).map(({ id, by }) => [id, by]));
}
