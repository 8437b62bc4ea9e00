import type { Backend, Backends } from '../model/backend.ts';
import type { Binding } from '../model/binding.ts';
import { boundTargetsAt, type BoundTarget, type ObservedPlace } from '../model/observed.ts';
import type { PlaceId } from '../model/place.ts';
import type { Facts } from './facts.ts';
import { backendIdOf } from './memory.ts';

type Knowing = Pick<Facts, 'backendsOf' | 'departureOf' | 'memory'>;

/**
 * The backends of a binding. Where they cannot be known now, they are the targets that stand: none of them changes but
 * for those whose pods are seen to end, which is known without the Service.
 */
export function knownBackends(
  binding: Binding,
  [id, standing]: readonly [PlaceId, ObservedPlace],
  facts: Knowing,
): Backends {
  const found = facts.backendsOf(binding);
  if (found.isUnknown !== true) return found;
  const backends = boundTargetsAt(id, standing).flatMap((target) => backendAt(target, binding, facts));
  return { ...found, backends, isEmpty: false };
}

/** None: the backend has ended, and its address may pass to a pod of somebody else. */
function backendAt(target: BoundTarget, binding: Binding, facts: Knowing): readonly Backend[] {
  const { ip, port, instanceId, weight } = target;
  const backendId = backendIdOf(target, facts.memory);
  const departure = facts.departureOf(target, backendId);
  if (departure === 'ended' || departure === 'displaced') return [];
  const base = { id: backendId ?? '', ip, port, instanceId, ownerUid: binding.owner.uid };
  return [departure === 'ending' ? { ...base, weight: 0, state: 'ending' } : { ...base, weight, state: 'ready' }];
}
