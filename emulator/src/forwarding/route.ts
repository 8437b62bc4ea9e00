import { familyOf } from '../state/address-family.ts';
import type { Listener, LoadBalancer, Target } from '../state/model.ts';
import { isL7 } from '../state/place.ts';
import { admissionsTo, type Admission, type SecurityGroups } from '../state/security-groups.ts';
import { eligibleTargets } from './eligible.ts';
import { planLeastConnections } from './least-connections.ts';
import { planRoundRobin } from './round-robin.ts';

interface Address {
  ip: string;
  port: number;
}

/** What the kernel does itself; the rest goes through the proxy. */
type KernelProtocol = 'tcp' | 'udp';

/** Where connections of a listener arrive. */
export interface Entrance {
  protocol: KernelProtocol;
  vip: string;
  port: number;
  /** The last port of a range of ports; 0 when there is one port. */
  endPort: number;
}

/** One entrance, and the targets of its new connections in the order in which they get them. */
export interface Route extends Entrance {
  order: readonly Address[];
  /** How long a client's address stays with its target; 0 when it does not. */
  sessionS: number;
  idleS: number;
  /** What happens to TCP packets of a connection that the kernel does not know, or no longer knows. */
  unknownConnections: 'drop' | 'reset';
  /** By port, the only clients whose connections get in, by security groups; other ports are open to everybody. */
  admissions?: readonly Admission[];
}

/** How many connections a listener has with a target now. */
export type Connections = (listener: Listener, target: Target) => number;

/** A round longer than this is approximated: 200 targets with a hundred different weights would need thousands. */
const longestRound = 2000;

function planOrder(listener: Listener, targets: readonly Target[], connections: Connections): number[] {
  const weights = targets.map(({ weight }) => weight);
  if (listener.scheduler !== 'LEAST_CONN') return planRoundRobin(weights, longestRound);
  const counts = targets.map((target) => connections(listener, target));
  return planLeastConnections(weights, counts);
}

/** The protocol that the kernel forwards for a listener; undefined when it does not. */
function kernelProtocolOf({ protocol }: Listener): KernelProtocol | undefined {
  if (protocol === 'TCP') return 'tcp';
  return protocol === 'UDP' ? 'udp' : undefined;
}

/** Where connections of an L4 listener arrive; nowhere for the others. */
export function entrancesOf({ vips }: LoadBalancer, listener: Listener): Entrance[] {
  const protocol = kernelProtocolOf(listener);
  const { port, endPort } = listener;
  return protocol && !isL7(listener.protocol) ? vips.map((vip) => ({ protocol, vip, port, endPort })) : [];
}

interface Planning {
  connections: Connections;
  groups: SecurityGroups;
}

function routesOf(loadBalancer: LoadBalancer, listener: Listener, { connections, groups }: Planning): Route[] {
  const eligible = loadBalancer.started ? eligibleTargets(listener.targets) : [];
  // The kernel translates no IPv6 to IPv4: to the targets of IPv6 NAT64 it carries nothing.
  const takes = ({ vip }: Entrance) => eligible.every(({ ip }) => familyOf(ip) === familyOf(vip));
  const entrances = entrancesOf(loadBalancer, listener).filter(takes);
  if (eligible.length === 0 || entrances.length === 0) return [];
  const order = planOrder(listener, eligible, connections)
    .map((index) => eligible[index])
    .filter((target) => target !== undefined);
  const { sessionExpireTime: sessionS, idleConnectTimeout: idleS, deregisterTargetRst } = listener;
  const unknownConnections = deregisterTargetRst ? 'reset' : 'drop';
  const admissions = admissionsTo(groups, loadBalancer, listener);
  return entrances.map((entrance) => ({ ...entrance, order, sessionS, idleS, unknownConnections, admissions }));
}

/** What the kernel has to do for these load balancers; a listener without eligible targets has no route. */
export function planRoutes(
  loadBalancers: Iterable<LoadBalancer>,
  connections: Connections,
  groups: SecurityGroups = new Map(),
): Route[] {
  return [...loadBalancers].flatMap((loadBalancer) =>
    loadBalancer.listeners.flatMap((listener) => routesOf(loadBalancer, listener, { connections, groups })),
  );
}
