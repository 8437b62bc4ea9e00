import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { optOutValue } from '@clb-direct/shared/domain/gate-rule.ts';
import { isPodBinding, type Binding, type PodBinding } from '../model/binding.ts';
import { listed } from '../model/listed.ts';
import { podTarget, type TargetRules } from '../model/pod-target.ts';
import { stageOf, type PodView } from '../model/pod-view.ts';
import type { PodsOf } from './no-pod-fits.ts';

/** What the cluster calls the gate, and the pod annotation that keeps it away. */
export interface GateNames {
  readonly type: string;
  readonly optOutAnnotation: string;
}

interface Pods {
  readonly podsOf: PodsOf;
  readonly rules: TargetRules;
}

/**
 * An owner with targets whose pods should have the gate and have none: nothing waits for the CLB when they are
 * replaced.
 * `bindings`: those of the owner whose places stand.
 */
export function targetsWithoutGate(
  bindings: readonly Binding[],
  { podsOf, rules }: Pods,
  { type, optOutAnnotation }: GateNames,
): Finding | undefined {
  const pods = new Set(
    bindings.filter(isPodBinding).flatMap((binding) => podsOf(binding).filter((pod) => isTarget(pod, binding, rules))),
  );
  const names = [...pods].filter(({ ungated }) => ungated).map(({ name }) => name);
  const namespace = bindings[0]?.owner.namespace;
  if (names.length === 0 || namespace === undefined) return undefined;
  const some = listed(names.toSorted(), String);
  const message =
    `${names.length} of ${pods.size} pods that are targets have no readiness gate ${type} (${some}): ` +
    "clb-direct's webhook did not run, or was not installed yet, when they were made. A rolling update that replaces " +
    'them does not wait for the CLB and can lose requests. Restart them while the webhook runs: ' +
    `kubectl -n ${namespace} rollout restart, with the Deployment, StatefulSet or DaemonSet that they belong to. ` +
    `If they are meant to have none, say so in the pod template: annotation ${optOutAnnotation}: "${optOutValue}".`;
  return { severity: 'Warning', reason: 'TargetsWithoutGate', message, repeat: hourly };
}

function isTarget(pod: PodView, { backends }: PodBinding, rules: TargetRules): boolean {
  return stageOf(pod) === 'ready' && podTarget(pod, backends, rules) !== undefined;
}
