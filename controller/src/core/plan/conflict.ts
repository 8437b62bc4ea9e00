import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { describeOwnerTo, type Owner } from '../model/owner.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import type { Contender } from './contender.ts';
import { holderOf, type Surroundings } from './hand-over.ts';
import { groupOfListener, listenerName, makerOfListener, sharedGroup } from './listener-name.ts';

/** A binding whose place belongs to another owner, or to a listener that is not ours. */
export interface Conflict {
  readonly binding: Binding;
  readonly finding: Finding;
}

/** `taken by`: who has the place, as the end of a sentence. */
export function conflictWith({ binding }: Contender, takenBy: string): Conflict {
  const port = `${binding.place.protocol}/${binding.place.port}`;
  const message =
    `Port ${port} of ${describeBalancer(binding.balancer)} is held by ${takenBy}; ` +
    'nothing was changed there. Choose another port, or wait: it is taken as soon as it is free.';
  return { binding, finding: { severity: 'Warning', reason: 'ListenerConflict', message } };
}

export function ruleConflictWith({ binding }: Contender, takenBy: string): Conflict {
  const message =
    `Rule ${describePlace(binding.place)} of ${describeBalancer(binding.balancer)} belongs to ${takenBy}; ` +
    'nothing was changed there. Choose another host or path.';
  return { binding, finding: { severity: 'Warning', reason: 'RuleConflict', message } };
}

export function olderOwner(reader: Owner, { owner }: Contender): string {
  return `${describeOwnerTo(reader, owner)}, which is older`;
}

export function ruleMadeByOthers({ id }: ObservedRule): string {
  return `rule ${id} that clb-direct did not make`;
}

interface Around extends Surroundings {
  /** Who reads it. */
  readonly reader: Owner;
  /** Who of the contenders has the listener. */
  readonly keeper: Contender | undefined;
}

/** Who has the port, and what to do about it; never anything that could cut traffic. */
export function portTakenBy(listener: ObservedListener, around: Around): string {
  const { reader, keeper, owners, clusterId } = around;
  const holder = keeper?.owner ?? holderOf(listener, owners);
  if (holder !== undefined) return `${describeOwnerTo(reader, holder)} (listener ${listener.id})`;
  const group = groupOfListener(listener.name, clusterId);
  if (group === sharedGroup) return `listener ${listener.id}, which Ingresses or Gateways share`;
  if (group !== undefined) return orphan(listener, group, around);
  const maker = makerOfListener(listener.name);
  const named = `listener ${listener.id} ("${safeText(listener.name)}", ${listener.place.protocol})`;
  if (maker === undefined) return `${named} that clb-direct did not make`;
  const which =
    `${named}, made by clb-direct with CLUSTER_ID ${safeText(maker.clusterId)}; ` + `this install has ${clusterId}`;
  // The UID is proof: no other cluster has this owner. Without it another cluster may live by that listener.
  return maker.group === reader.uid
    ? `${which}: set it back, or ${rename(around)}`
    : `${which}: if it was changed, set it back; ` +
        "if another cluster has that id, the listener is that cluster's, so leave it";
}

function orphan({ id }: ObservedListener, uid: string, around: Around): string {
  return (
    `listener ${id} that was made for the object with UID ${safeText(uid)} ` +
    `(if no object has that UID any more, ${rename(around)})`
  );
}

/** A listener with the reader's name is the reader's: its targets stay until those of the reader serve. */
function rename({ clusterId, reader }: Around): string {
  return `rename the listener to "${listenerName(clusterId, reader.uid)}" in the CLB console to take it over`;
}
