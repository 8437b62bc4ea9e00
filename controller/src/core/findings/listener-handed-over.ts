import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { describeOwner, type Owner } from '../model/owner.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace } from '../model/place.ts';
import type { ModifyListener } from '../model/step.ts';
import { presentOwners } from '../plan/passing-listeners.ts';
import type { Scope } from '../plan/scope.ts';

export interface HandOver {
  /** Both are of one namespace, so each may read of the other. */
  readonly owners: readonly [Owner, Owner];
  readonly finding: Finding;
}

/** That a listener passes from one owner to another; undefined for a step that does something else. */
export function listenerHandedOver(
  step: ModifyListener,
  { id, listeners }: ObservedLoadBalancer,
  { owners }: Scope,
): HandOver | undefined {
  const listener = listeners.find((one) => one.id === step.listenerId);
  const [from] = listener === undefined ? [] : presentOwners(listener, owners);
  const to = owners.find(({ uid }) => step.owners.includes(uid));
  if (step.name === undefined || from === undefined || to === undefined || from === to) return undefined;
  const message =
    `Listener ${step.listenerId} (${describePlace(step.place)}) of ${id} passes from ${describeOwner(from)} to ` +
    `${describeOwner(to)}: the targets of the former are drained when those of the latter are Alive.`;
  return { owners: [from, to], finding: { severity: 'Normal', reason: 'ListenerHandedOver', message } };
}
