import { optOutValue } from '@clb-direct/shared/domain/gate-rule.ts';
import { portOn, type Problem } from './binding.ts';
import type { Bound, Claim } from './match-listeners.ts';
import type { Facts } from './plan.ts';
import { stageOf, type PodView } from './views.ts';

/** What the cluster calls the gate, and the pod annotation that keeps it away. */
export interface GateNames {
  readonly type: string;
  readonly optOutAnnotation: string;
}

const mostNames = 5;

/** A Service with targets whose pods should have the gate and have none: nobody waits for the CLB when they are replaced. */
export function ungatedOf(
  { service }: Claim,
  bound: readonly Bound[],
  podsOf: Facts['podsOf'],
  { type, optOutAnnotation }: GateNames,
): Problem | undefined {
  const own = bound.filter(({ binding }) => binding.serviceUid === service.uid);
  const pods = new Set(own.flatMap(({ binding }) => podsOf(binding).filter((pod) => isTarget(pod, binding))));
  const names = [...pods].filter(({ ungated }) => ungated).map(({ name }) => name);
  if (names.length === 0) return undefined;
  const listed = names.toSorted().slice(0, mostNames).join(', ') + (names.length > mostNames ? ', …' : '');
  const message = `${names.length} of ${pods.size} pods that are targets have no readiness gate ${type} (${listed}): clb-direct's webhook did not run, or was not installed yet, when they were made. A rolling update that replaces them does not wait for the CLB and can lose requests. Restart them while the webhook runs: kubectl -n ${service.namespace} rollout restart, with the Deployment, StatefulSet or DaemonSet that they belong to. If they are meant to have none, say so in the pod template: annotation ${optOutAnnotation}: "${optOutValue}".`;
  return { reason: 'TargetsWithoutGate', message };
}

function isTarget(pod: PodView, binding: Bound['binding']): boolean {
  return stageOf(pod) === 'ready' && pod.ip !== undefined && !pod.hostNetwork && portOn(pod, binding) !== undefined;
}
