import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { isPodBinding, type Binding, type PodBackends } from '../model/binding.ts';
import { misfitOf, type Misfit, type TargetRules } from '../model/pod-target.ts';
import { stageOf, type PodView } from '../model/pod-view.ts';

/**
 * An owner that selects pods none of which can ever be a target. Nothing else would say so. Without counts and names,
 * because it becomes a condition.
 */
export function noPodFits(bindings: readonly Binding[], podsOf: PodsOf, rules: TargetRules): Finding | undefined {
  for (const binding of bindings.filter(isPodBinding)) {
    const { backends, place } = binding;
    const pods = podsOf(binding).filter((pod) => stageOf(pod) !== 'gone');
    const misfits = pods.flatMap((pod) => misfitOf(pod, backends, rules) ?? []);
    const [first] = misfits;
    if (first === undefined || misfits.length < pods.length) continue;
    const misfit = misfits.find((one) => one === 'port') ?? first;
    const message =
      `Port ${place.port} selects pods, and none of them can be a target: ` +
      `${whyTheyDoNotFit(misfit, backends, rules)}.`;
    return { severity: 'Warning', reason: 'NoPodFits', message };
  }
  return undefined;
}

/** The pods that a binding selects; of one in another mode none. */
export type PodsOf = (binding: Binding) => readonly PodView[];

export function whyTheyDoNotFit(misfit: Misfit, backends: PodBackends, { family = 'IPv4' }: TargetRules): string {
  switch (misfit) {
    case 'host-network':
      return 'they are in the host network';
    case 'port':
      return `they have no ${backends.protocol} container port named "${safeText(String(backends.targetPort))}"`;
    case 'family':
      return `they have no ${family} address, and this CLB sends to ${family} only`;
  }
}
