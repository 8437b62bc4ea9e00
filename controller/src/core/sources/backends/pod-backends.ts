import type { Backend, Backends } from '../../model/backend.ts';
import { portOn, type Binding } from '../../model/binding.ts';
import { stageOf, type PodStage, type PodView } from '../../model/pod-view.ts';
import { addressKey } from '../../model/target.ts';

const rank: Readonly<Record<PodStage, number>> = { ready: 0, unready: 1, ending: 2, gone: 3 };

/**
 * The backends of a binding whose selector takes these pods, one for each address. Ready pods carry weight. An
 * address that two pods claim belongs to the living one.
 */
export function podBackends(binding: Binding, selected: readonly PodView[], weight: number): Backends {
  const found = new Map<string, Backend>();
  for (const pod of selected.toSorted(byClaim)) {
    const backend = toBackend(binding, pod, weight);
    if (backend !== undefined && !found.has(addressKey(backend))) found.set(addressKey(backend), backend);
  }
  return { backends: [...found.values()], isEmpty: selected.length === 0 };
}

/** Of two pods in the same stage the younger one: the older may be on a node that does not answer. */
function byClaim(a: PodView, b: PodView): number {
  return rank[stageOf(a)] - rank[stageOf(b)] || b.createdAtMs - a.createdAtMs || (a.uid < b.uid ? -1 : 1);
}

function toBackend({ backends, owner }: Binding, pod: PodView, weight: number): Backend | undefined {
  const state = stageOf(pod);
  const port = portOn(pod, backends);
  if (state === 'gone' || pod.ip === undefined || pod.hostNetwork || port === undefined) return undefined;
  return { id: pod.uid, ip: pod.ip, port, weight: state === 'ready' ? weight : 0, state, ownerUid: owner.uid };
}
