import type { ListenerAnswer, TaggedBalancer } from '../model/clb-port.ts';
import type { ClusterView } from '../model/cluster-port.ts';
import { tagKey } from '../model/owned-balancer.ts';
import type { BalancerRecord } from '../model/record.ts';
import { groupOfListener, sharedGroup } from './listener-name.ts';

type Records = Pick<ClusterView, 'ownedBalancers' | 'leftBalancers' | 'ownersOn'>;

/**
 * A CLB that is being made has a record already; whether its id is known yet does not matter. And whoever it was made
 * for, an owner may name it or have something there.
 */
export function unneededBalancers(tagged: readonly TaggedBalancer[], cluster: Records): readonly TaggedBalancer[] {
  const records = [...cluster.ownedBalancers(), ...cluster.leftBalancers()];
  const isRecorded = (id: string, uid = '') =>
    records.some((one) => one.balancerId === id || (one.balancerId === undefined && one.owner.uid === uid));
  const isNeeded = (id: string, uid?: string) => isRecorded(id, uid) || cluster.ownersOn(id).length > 0;
  return tagged.filter(({ id, tags }) => !isNeeded(id, tags[tagKey.owner]));
}

interface Known {
  readonly clusterId: string;
  /** Of the CLB. */
  readonly record: BalancerRecord | undefined;
  /** UIDs of all owners that there are. */
  readonly uids: ReadonlySet<string>;
}

/**
 * Those that this cluster made for owners that neither live nor stand in the record, from which they would go; of
 * shared ones those that have no rule, and at whose port no record names one.
 */
export function unneededListeners(
  listeners: readonly ListenerAnswer[],
  { clusterId, record, uids }: Known,
): readonly ListenerAnswer[] {
  const recorded = new Set(record?.owners.map(({ uid }) => uid));
  const ports = new Set(record?.owners.flatMap(({ rules = [] }) => rules.map(portOf)));
  return listeners.filter((listener) => {
    const group = groupOfListener(listener.name, clusterId);
    if (group === sharedGroup) return listener.rules.length === 0 && !ports.has(portOf(listener));
    return group !== undefined && !recorded.has(group) && !uids.has(group);
  });
}

function portOf({ protocol, port }: Pick<ListenerAnswer, 'protocol' | 'port'>): string {
  return `${protocol}/${port}`;
}

/** Why a CLB that nobody needs is not deleted all the same; undefined: it may go with its listeners. */
export function deletionObstacle(
  isProtected: boolean,
  listeners: readonly ListenerAnswer[],
  clusterId: string,
): string | undefined {
  if (isProtected) return 'its deletion protection is on: switch it off in the CLB console';
  const others = listeners.filter(({ name }) => groupOfListener(name, clusterId) === undefined);
  if (others.length === 0) return undefined;
  return `it has listeners of others: delete ${others.map(({ id }) => id).join(', ')} first, or keep the CLB`;
}
