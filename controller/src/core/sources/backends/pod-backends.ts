import type { Backend, Backends } from '../../model/backend.ts';
import type { PodBinding } from '../../model/binding.ts';
import { chosenWeight } from '../../model/chosen-weight.ts';
import { podTarget, type TargetRules } from '../../model/pod-target.ts';
import { stageOf, type PodStage, type PodView } from '../../model/pod-view.ts';
import { addressKey } from '../../model/target.ts';

export interface BackendRules extends TargetRules {
  /** Of a target that carries traffic and for which nobody chose another one. */
  readonly weight: number;
}

const rank: Readonly<Record<PodStage, number>> = { ready: 0, unready: 1, ending: 2, gone: 3 };

/**
 * The backends of a binding whose selector takes these pods, one for each address. Ready pods carry weight. An
 * address that two pods claim belongs to the living one.
 */
export function podBackends(binding: PodBinding, selected: readonly PodView[], rules: BackendRules): Backends {
  const found = new Map<string, Backend>();
  for (const pod of sortedByClaim(selected)) {
    const backend = toBackend(binding, pod, rules);
    if (backend !== undefined && !found.has(addressKey(backend))) found.set(addressKey(backend), backend);
  }
  return { backends: [...found.values()], isEmpty: selected.length === 0 };
}

const sorted = new WeakMap<readonly PodView[], readonly PodView[]>();

/** One list of pods is that of all bindings with the same selector. */
function sortedByClaim(selected: readonly PodView[]): readonly PodView[] {
  const pods = sorted.get(selected) ?? selected.toSorted(byClaim);
  sorted.set(selected, pods);
  return pods;
}

/** Of two pods in the same stage the younger one: the older may be on a node that does not answer. */
export function byClaim(a: PodView, b: PodView): number {
  return rank[stageOf(a)] - rank[stageOf(b)] || b.createdAtMs - a.createdAtMs || (a.uid < b.uid ? -1 : 1);
}

function toBackend({ backends, owner }: PodBinding, pod: PodView, rules: BackendRules): Backend | undefined {
  const stage = stageOf(pod);
  const address = podTarget(pod, backends, rules);
  if (stage === 'gone' || address === undefined) return undefined;
  const state = stage === 'unready' && backends.publishNotReady === true ? 'ready' : stage;
  const weight = state === 'ready' ? (chosenWeight(pod, backends) ?? rules.weight) : 0;
  return { id: pod.uid, ...address, weight, state, ownerUid: owner.uid };
}
