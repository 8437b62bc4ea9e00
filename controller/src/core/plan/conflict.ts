import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import { describeBinding, type Binding } from '../model/binding.ts';
import { writePlaceId } from '../model/existing-place.ts';
import { describeOwnerTo, type Owner } from '../model/owner.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import { describePlace, isRule, type PlaceId } from '../model/place.ts';
import { byAge, type Contender } from './contender.ts';
import { ownerOfListener, type Surroundings } from './hand-over.ts';
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

/** A binding in a namespace that may not use the CLB. It names nobody else: who is there concerns others. */
export function notAllowed(
  { owner, binding }: Contender,
  why: 'by-rule' | 'others-first' | 'made-for-another',
): Conflict {
  const balancer = describeBalancer(binding.balancer);
  if (why === 'made-for-another') return madeForAnother(binding, balancer);
  const reason =
    why === 'by-rule'
      ? `no rule of LOAD_BALANCER_NAMESPACES allows namespace ${owner.namespace} on it`
      : 'another namespace was there first, and LOAD_BALANCER_NAMESPACES has no rule for this CLB';
  const message =
    `Use another CLB, or ask an administrator to allow namespace ${owner.namespace} on ${balancer} ` +
    `(clb-direct's setting LOAD_BALANCER_NAMESPACES): no new listener is made there, because ${reason}.`;
  return { binding, finding: { severity: 'Warning', reason: 'LoadBalancerNotAllowed', message } };
}

function madeForAnother(binding: Binding, balancer: string): Conflict {
  const message =
    `Use another CLB than ${balancer}: clb-direct made it for one object, and deletes it with that object. ` +
    'No listener is made there for this one.';
  return { binding, finding: { severity: 'Warning', reason: 'LoadBalancerNotAllowed', message } };
}

/** A binding whose place an owner of another namespace has left and may come back to. */
export function reservedFor({ binding }: Contender, reservationMs: number): Conflict {
  const message =
    `Choose another place than ${describeBinding(binding)}, or wait: an ` +
    'object of another namespace had it, and has not come back to it yet. It is kept while that one asks for it, ' +
    `and after that for ${Math.round(reservationMs / 1000)} s.`;
  const reason = isRule(binding.place) ? 'RuleConflict' : 'ListenerConflict';
  return { binding, finding: { severity: 'Warning', reason, message } };
}

/** A binding at a place of others that an owner of another namespace has. */
export function usedByOthers({ binding }: Contender, id: PlaceId): Conflict {
  const message =
    `Choose another listener or rule than ${writePlaceId(id)} of ${describeBalancer(binding.balancer)}: an object of ` +
    'another namespace has targets there. Nothing is registered for this one.';
  const reason = id.locationId === undefined ? 'ListenerConflict' : 'RuleConflict';
  return { binding, finding: { severity: 'Warning', reason, message } };
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

/** Who has a rule that the reader wants too: the older one, or whoever had it first. */
export function holderFor(reader: Contender, holder: Contender): string {
  if (byAge(holder, reader) < 0) return olderOwner(reader.owner, holder);
  return `${describeOwnerTo(reader.owner, holder.owner)}, which had it first`;
}

/** It wants the rule, but cannot be served now. */
export const otherHolder = 'another object, which had it first';

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
  const present = keeper?.owner ?? ownerOfListener(listener, owners);
  if (present !== undefined) return `${describeOwnerTo(reader, present)} (listener ${listener.id})`;
  const group = groupOfListener(listener.name, clusterId);
  if (group === sharedGroup) return `listener ${listener.id}, which Ingresses or Gateways share`;
  if (group !== undefined) return orphan(listener, around);
  const maker = makerOfListener(listener.name);
  const { id, name, place } = listener;
  if (maker === undefined)
    return `listener ${id} ("${safeText(name)}", ${place.protocol}) that clb-direct did not make`;
  // Its name has the UID of an object that may be another namespace's.
  const which =
    `listener ${id} (${place.protocol}), made by clb-direct with CLUSTER_ID ${safeText(maker.clusterId)}; ` +
    `this install has ${clusterId}`;
  // The UID is proof: no other cluster has this owner. Without it another cluster may live by that listener.
  return maker.group === reader.uid
    ? `${which}: set it back, or ${rename(around)}`
    : `${which}: if it was changed, set it back; ` +
        "if another cluster has that id, the listener is that cluster's, so leave it";
}

/** Its name has the UID of an object that may be another namespace's. */
function orphan({ id }: ObservedListener, around: Around): string {
  return (
    `listener ${id} that clb-direct made for an object that it does not know ` +
    `(its name in the CLB console ends with the UID; if no object has that UID any more, ${rename(around)})`
  );
}

/** A listener with the reader's name is the reader's: its targets stay until those of the reader serve. */
function rename({ clusterId, reader }: Around): string {
  return `rename the listener to "${listenerName(clusterId, reader.uid)}" in the CLB console to take it over`;
}
