import { gateReason } from '@clb-direct/shared/domain/gate.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { balancerIdOf } from '../model/balancer-ref.ts';
import { obstacleTo, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey, describeBinding, portOn, type Binding } from '../model/binding.ts';
import { troubleFor } from '../model/cloud-trouble.ts';
import { placeAt, targetAt, type ObservedTarget } from '../model/observed.ts';
import { describeOwner } from '../model/owner.ts';
import { isRule } from '../model/place.ts';
import type { PodView } from '../model/pod-view.ts';
import type { GateFacts } from './gate-facts.ts';
import { blocked, healthy, type Passage } from './passage.ts';

/** Whether one binding that selects the pod lets its gate open. */
export function judgeBinding(binding: Binding, facts: GateFacts): Passage {
  const { balancer, owner } = binding;
  const where = `${describeBinding(binding)} (${describeOwner(owner)})`;
  const state = facts.stateOf(balancerIdOf(balancer) ?? '');
  const obstacle = obstacleFor(binding, facts.pod, state);
  if (obstacle !== undefined) return blocked(`${where}: ${obstacle}`);
  const target = targetOf(binding, facts.pod, state);
  const passage =
    target === undefined
      ? blocked(`${where}: ${whyNoTarget(binding, facts.pod, state)}`)
      : judgeTarget(target, { where, isCheckWanted: isCheckWanted(binding) }, facts);
  // Trouble elsewhere on the CLB holds up no pod whose own target is healthy; it only explains a wait.
  if (state?.trouble === undefined || passage.kind === 'open') return passage;
  const trouble = troubleFor(state.trouble, facts.pod.namespace).message;
  if (passage.failing) return { ...passage, message: `${passage.message} Since then: ${trouble}` };
  return blocked(`${where}: ${trouble}`);
}

function obstacleFor(binding: Binding, pod: PodView, state: BalancerState | undefined): string | undefined {
  const { backends } = binding;
  if (pod.hostNetwork) return 'a pod in the host network is never a target';
  if (portOn(pod, backends) === undefined) {
    return `the pod has no ${backends.protocol} container port named "${safeText(String(backends.targetPort))}"`;
  }
  if (!pod.containersReady) return 'waits for the containers to be ready';
  const absence = state?.phase === 'absent' ? state.trouble : undefined;
  return (obstacleTo(state, binding) ?? absence)?.message;
}

function targetOf(binding: Binding, pod: PodView, state: BalancerState | undefined): ObservedTarget | undefined {
  const placed = state?.placed.get(bindingKey(binding));
  const port = portOn(pod, binding.backends);
  if (placed === undefined || port === undefined || pod.ip === undefined) return undefined;
  const target = targetAt(state?.observed, { ...placed.id, ip: pod.ip, port });
  return target?.tag === undefined || target.tag === pod.uid ? target : undefined;
}

/** At a listener that somebody else made its address may be registered already, by others. */
function whyNoTarget(binding: Binding, { ip }: PodView, state: BalancerState | undefined): string {
  const placed = state?.placed.get(bindingKey(binding));
  const others = placed === undefined ? undefined : placeAt(state?.observed, placed.id)?.others;
  const isTaken = [...(others?.values() ?? [])].some((target) => target.ip === ip);
  return isTaken
    ? "the pod's address is registered there already, and not by clb-direct"
    : 'the pod is not registered yet';
}

/** Whoever asks for the check waits for it; else being bound is all there is. */
function isCheckWanted({ place, ruleSettings, listenerSettings }: Binding): boolean {
  return (isRule(place) ? ruleSettings : listenerSettings).healthCheck?.HealthSwitch === 1;
}

interface At {
  readonly where: string;
  readonly isCheckWanted: boolean;
}

function judgeTarget(target: ObservedTarget, { where, isCheckWanted: isWanted }: At, facts: GateFacts): Passage {
  if (target.weight === 0) return blocked(`${where}: the target is at weight 0 still`);
  switch (target.health) {
    case 'Alive':
      return healthy(facts.policy.gateType);
    case 'Close':
      if (isWanted) return blocked(`${where}: the listener's health check is off still, and the Service wants it on`);
      return {
        kind: 'open',
        reason: gateReason.healthCheckOff,
        message: `${where}: bound; the listener's health check is off`,
      };
    case 'Dead':
      return { kind: 'waiting', message: `${where}: ${checkFails}`, failing: true };
    case 'Unknown':
    case undefined:
      return blocked(`${where}: registered, the CLB's health check has not passed yet`);
  }
}

const checkFails =
  "the CLB's health check fails; does the pod answer on its port, and do its security groups admit 100.64.0.0/10?";
