import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { isPodBinding, type Binding, type PodBinding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import { misfitOf, type Misfit, type TargetRules } from '../model/pod-target.ts';
import { stageOf } from '../model/pod-view.ts';
import { whyTheyDoNotFit, type PodsOf } from './no-pod-fits.ts';

/**
 * Pods that a port selects beside others, and that the CLB cannot send to: the others take their share. A pod that
 * lacks a named port is none of these; it is no endpoint of the port, as in EndpointSlices.
 */
export function podsNotBound(bindings: readonly Binding[], podsOf: PodsOf, rules: TargetRules): readonly Finding[] {
  return bindings.filter(isPodBinding).flatMap((binding) => {
    const pods = podsOf(binding).filter((pod) => stageOf(pod) !== 'gone');
    const misfits = pods.map((pod) => ({ name: pod.name, misfit: misfitOf(pod, binding.backends, rules) }));
    if (misfits.every(({ misfit }) => misfit !== undefined)) return [];
    const groups = Map.groupBy(misfits, ({ misfit }) => misfit);
    return [...groups].flatMap(([misfit, some]) => {
      if (misfit === undefined || misfit === 'port') return [];
      const names = some.map(({ name }) => name).toSorted();
      return [notBound(binding, { misfit, names, of: pods.length }, rules)];
    });
  });
}

interface NotBound {
  readonly misfit: Misfit;
  readonly names: readonly string[];
  readonly of: number;
}

function notBound({ place, backends }: PodBinding, { misfit, names, of }: NotBound, rules: TargetRules): Finding {
  const message =
    `${names.length} of ${of} pods that port ${place.port} selects are not targets (${listed(names, String)}): ` +
    `${whyTheyDoNotFit(misfit, backends, rules)}.`;
  return {
    severity: 'Warning',
    reason: 'PodsNotBound',
    message,
    repeat: { ...hourly, part: `${place.port} ${misfit}` },
  };
}
