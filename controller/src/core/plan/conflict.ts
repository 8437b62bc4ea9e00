import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { describeBalancer } from '../model/balancer-ref.ts';
import type { Binding } from '../model/binding.ts';
import { describeOwnerTo, type Owner } from '../model/owner.ts';
import type { ObservedListener, ObservedRule } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import type { Contender } from './contender.ts';
import { groupOfListener, makerOfListener, sharedGroup } from './listener-name.ts';

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
    'nothing was changed there. Free that port or choose another one.';
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

interface Around {
  /** Who reads it. */
  readonly reader: Owner;
  /** Who of the contenders has the listener. */
  readonly keeper: Contender | undefined;
  readonly contenders: readonly Contender[];
  readonly clusterId: string;
}

/** Who has the port, and what to do about it. */
export function portTakenBy(listener: ObservedListener, around: Around): string {
  const { reader, keeper, contenders, clusterId } = around;
  if (keeper !== undefined) return `${describeOwnerTo(reader, keeper.owner)} (listener ${listener.id})`;
  const group = groupOfListener(listener.name, clusterId);
  if (group === sharedGroup) return `listener ${listener.id}, which Ingresses or Gateways share`;
  if (group !== undefined)
    return (
      `listener ${listener.id} that was made for the object with UID ${safeText(group)} ` +
      '(if that object is gone for good, delete the listener)'
    );
  const maker = makerOfListener(listener.name);
  const named = `listener ${listener.id} ("${safeText(listener.name)}", ${listener.place.protocol})`;
  if (maker === undefined) return `${named} that clb-direct did not make`;
  const which =
    `${named}, made by clb-direct with CLUSTER_ID ${safeText(maker.clusterId)}; ` + `this install has ${clusterId}`;
  // The UID is proof: no other cluster has this owner. Without it another cluster may live by that listener.
  return contenders.some(({ owner }) => owner.uid === maker.group)
    ? `${which}: set it back, or delete that listener`
    : `${which}: if it was changed, set it back; ` +
        "if another cluster has that id, the listener is that cluster's, so leave it";
}
