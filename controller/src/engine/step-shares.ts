import type { ClusterView } from '../core/model/cluster-port.ts';
import type { Step } from '../core/model/step.ts';

/** Among whom the places of a run are shared. */
export interface Shares {
  /** By UID of an owner. */
  readonly namespaceOf: (ownerUid: string) => string | undefined;
  /** Another number each time: the first place is for another namespace then. */
  readonly turn: number;
}

/**
 * So many of the steps: those of each namespace in their order, and of each namespace one before any has its second.
 * Whoever changes many things all the time would have all the places otherwise, because a plan is in order of kinds.
 */
export function inShares(steps: readonly Step[], most: number, { namespaceOf, turn }: Shares): readonly Step[] {
  const byNamespace = [...Map.groupBy(steps, ({ owners }) => namespaceOf(owners[0] ?? '')).values()];
  const first = turn % Math.max(1, byNamespace.length);
  const inTurn = [...byNamespace.slice(first), ...byNamespace.slice(0, first)];
  const rounds = inTurn.flatMap((some) => some.map((step, round) => ({ step, round })));
  return rounds
    .toSorted((a, b) => a.round - b.round)
    .slice(0, most)
    .map(({ step }) => step);
}

/** Of the owners that claim something on a CLB, and of those that its record still names. */
export function namespacesOn(
  balancerId: string,
  cluster: Pick<ClusterView, 'ownersOn' | 'recordOf'>,
): Shares['namespaceOf'] {
  const owners = [...(cluster.recordOf(balancerId)?.owners ?? []), ...cluster.ownersOn(balancerId)];
  const namespaces = new Map(owners.map(({ uid, namespace }) => [uid, namespace]));
  return (uid) => namespaces.get(uid);
}
