import type { Backend, Backends } from '../model/backend.ts';
import type { Binding } from '../model/binding.ts';
import { boundTargetsAt, type ObservedPlace } from '../model/observed.ts';
import type { PlaceId } from '../model/place.ts';
import type { Facts } from './facts.ts';
import { backendIdOf } from './memory.ts';

/** The backends of a binding. Where they cannot be known now, they are the targets that stand: nothing changes. */
export function knownBackends(
  binding: Binding,
  [id, standing]: readonly [PlaceId, ObservedPlace],
  facts: Pick<Facts, 'backendsOf' | 'memory'>,
): Backends {
  const found = facts.backendsOf(binding);
  if (found.isUnknown !== true) return found;
  const backends = boundTargetsAt(id, standing).map((target): Backend => {
    const { ip, port, instanceId, weight } = target;
    const ownerUid = binding.owner.uid;
    return { id: backendIdOf(target, facts.memory) ?? '', ip, port, instanceId, weight, state: 'ready', ownerUid };
  });
  return { ...found, backends, isEmpty: false };
}
