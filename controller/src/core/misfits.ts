import { portOn, type Problem } from './binding.ts';
import type { Claim } from './match-listeners.ts';
import type { Facts } from './plan.ts';
import { stageOf, type PodView } from './views.ts';

/** A Service that selects pods none of which can ever be a target: nobody else would say so. */
export function misfitOf({ bindings }: Claim, podsOf: Facts['podsOf']): Problem | undefined {
  for (const binding of bindings) {
    const pods = podsOf(binding).filter((pod) => stageOf(pod) !== 'gone');
    const isMisfit = (pod: PodView) => pod.hostNetwork || portOn(pod, binding) === undefined;
    if (pods.length === 0 || !pods.every(isMisfit)) continue;
    const why = pods.every(({ hostNetwork }) => hostNetwork)
      ? 'they are in the host network'
      : `they have no ${binding.protocol} container port named "${binding.targetPort}"`;
    const message = `Port ${binding.port} selects ${pods.length} pods and none of them can be a target: ${why}.`;
    return { reason: 'NoPodFits', message };
  }
  return undefined;
}
