import { slotOf, type Binding, type Problem } from './binding.ts';
import type { Listener, ListenerSpec, Protocol } from './clb-port.ts';
import { listenerName, makerOfListener, ownerOfListener } from './ownership.ts';
import type { ServiceView } from './views.ts';

/** A Service that wants listeners on the CLB at hand. */
export interface Claim {
  readonly service: ServiceView;
  readonly bindings: readonly Binding[];
}

export interface Bound {
  readonly binding: Binding;
  readonly listener: Listener;
}

export interface Conflict extends Problem {
  readonly serviceKey: string;
  readonly serviceUid: string;
  readonly slot: string;
}

/** A listener that this cluster made and that no binding uses now. */
export interface Leftover {
  readonly listener: Listener;
  readonly ownerUid: string;
}

export interface ListenerMatch {
  readonly bound: readonly Bound[];
  readonly create: readonly ListenerSpec[];
  readonly conflicts: readonly Conflict[];
  readonly leftovers: readonly Leftover[];
}

interface Contender {
  readonly service: ServiceView;
  readonly binding: Binding;
}

/**
 * Pairs bindings with listeners. A listener belongs to a Service only if its name proves it; a port that anybody else
 * holds is a conflict, never overwritten. Without a listener the oldest Service gets the port.
 */
export function matchListeners(
  claims: readonly Claim[],
  listeners: readonly Listener[],
  clusterId: string,
): ListenerMatch {
  const contenders = claims.flatMap(({ service, bindings }) => bindings.map((binding) => ({ service, binding })));
  const bySlot = Map.groupBy(contenders, ({ binding }) => slotOf(binding));
  const verdicts = [...bySlot.values()].map((rivals) => judgeSlot(rivals, listeners, clusterId));
  const bound = verdicts.flatMap((verdict) => verdict.bound);
  const used = new Set(bound.map(({ listener }) => listener.id));
  return {
    bound,
    create: verdicts.flatMap((verdict) => verdict.create),
    conflicts: verdicts.flatMap((verdict) => verdict.conflicts),
    leftovers: listeners.flatMap((listener) => leftoverOf(listener, used, clusterId)),
  };
}

function leftoverOf(listener: Listener, used: ReadonlySet<string>, clusterId: string): Leftover[] {
  const ownerUid = ownerOfListener(listener.name, clusterId);
  return ownerUid === undefined || used.has(listener.id) ? [] : [{ listener, ownerUid }];
}

type SlotVerdict = Pick<ListenerMatch, 'bound' | 'create' | 'conflicts'>;

function judgeSlot(rivals: readonly Contender[], listeners: readonly Listener[], clusterId: string): SlotVerdict {
  const [first] = rivals;
  if (first === undefined) return { bound: [], create: [], conflicts: [] };
  const holder = listeners.find((listener) => sharesPort(listener, first.binding));
  if (holder === undefined) return openSlot(rivals, clusterId);
  const owner = rivals.find(({ service, binding }) => isListenerOf(holder, service.uid, binding.protocol, clusterId));
  return {
    bound: owner === undefined ? [] : [{ binding: owner.binding, listener: holder }],
    create: [],
    conflicts: rivals
      .filter((rival) => rival !== owner)
      .map((rival) => conflictWith(rival, holderText(holder, { owner, rivals, clusterId }))),
  };
}

/** A CLB has one port space for UDP and QUIC and one for everything that runs over TCP. */
function sharesPort(listener: Listener, binding: Binding): boolean {
  return listener.port === binding.port && transportOf(listener.protocol) === binding.protocol;
}

function transportOf(protocol: string): Protocol {
  return protocol === 'UDP' || protocol === 'QUIC' ? 'UDP' : 'TCP';
}

function isListenerOf(listener: Listener, serviceUid: string, protocol: Protocol, clusterId: string): boolean {
  return listener.protocol === protocol && ownerOfListener(listener.name, clusterId) === serviceUid;
}

function openSlot(rivals: readonly Contender[], clusterId: string): SlotVerdict {
  const [oldest, ...others] = rivals.toSorted(byAge);
  if (oldest === undefined) return { bound: [], create: [], conflicts: [] };
  const { binding, service } = oldest;
  const spec = { name: listenerName(clusterId, service.uid), protocol: binding.protocol, port: binding.port };
  const conflicts = others.map((rival) => conflictWith(rival, `Service ${service.key}, which is older,`));
  return { bound: [], create: [spec], conflicts };
}

function byAge(a: Contender, b: Contender): number {
  return a.service.createdAtMs - b.service.createdAtMs || (a.service.uid < b.service.uid ? -1 : 1);
}

interface Around {
  readonly owner: Contender | undefined;
  readonly rivals: readonly Contender[];
  readonly clusterId: string;
}

function holderText(holder: Listener, { owner, rivals, clusterId }: Around): string {
  if (owner !== undefined) return `Service ${owner.service.key} (listener ${holder.id})`;
  const ownerUid = ownerOfListener(holder.name, clusterId);
  if (ownerUid !== undefined)
    return `listener ${holder.id} that was made for the Service with UID ${ownerUid} (if that Service is gone for good, delete the listener)`;
  const maker = makerOfListener(holder.name);
  const listener = `listener ${holder.id} ("${holder.name}", ${holder.protocol})`;
  if (maker === undefined) return `${listener} that clb-direct did not make`;
  const isOwn = rivals.some(({ service }) => service.uid === maker.serviceUid);
  const which = `${listener}, made by clb-direct with CLUSTER_ID ${maker.clusterId}; this install has ${clusterId}`;
  // The UID is proof: no other cluster has this Service. Without it another cluster may live by that listener.
  return isOwn
    ? `${which}: set it back, or delete that listener`
    : `${which}: if it was changed, set it back; if another cluster has that id, the listener is that cluster's, so leave it`;
}

function conflictWith({ binding }: Contender, holder: string): Conflict {
  const slot = slotOf(binding);
  const message = `Port ${slot} of ${binding.loadBalancerId} is held by ${holder}; nothing was changed there. Free that port or choose another one.`;
  return { serviceKey: binding.serviceKey, serviceUid: binding.serviceUid, slot, reason: 'ListenerConflict', message };
}
