import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { portOn, type Binding } from '../model/binding.ts';
import { stageOf, type PodView } from '../model/pod-view.ts';

/** An owner that selects pods none of which can ever be a target. Nothing else would say so. */
export function noPodFits(bindings: readonly Binding[], podsOf: PodsOf): Finding | undefined {
  for (const binding of bindings) {
    const { backends, place } = binding;
    const pods = podsOf(binding).filter((pod) => stageOf(pod) !== 'gone');
    const isMisfit = (pod: PodView) => pod.hostNetwork || portOn(pod, backends) === undefined;
    if (pods.length === 0 || !pods.every(isMisfit)) continue;
    const why = pods.every(({ hostNetwork }) => hostNetwork)
      ? 'they are in the host network'
      : `they have no ${backends.protocol} container port named "${safeText(String(backends.targetPort))}"`;
    const message = `Port ${place.port} selects pods, and none of them can be a target: ${why}.`;
    return { severity: 'Warning', reason: 'NoPodFits', message };
  }
  return undefined;
}

/** The pods that a binding selects. */
export type PodsOf = (binding: Binding) => readonly PodView[];
