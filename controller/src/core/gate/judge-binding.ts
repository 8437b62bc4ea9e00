import { gateReason } from '@clb-direct/shared/domain/gate.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { stateKeyOf } from '../model/balancer-ref.ts';
import { obstacleTo, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey, describeBinding, type Binding, type PodBackends, type PodBinding } from '../model/binding.ts';
import { chosenWeight } from '../model/chosen-weight.ts';
import { troubleFor } from '../model/cloud-trouble.ts';
import { placeAt, targetAt, type ObservedPlace, type ObservedTarget } from '../model/observed.ts';
import { describeOwner } from '../model/owner.ts';
import { isRule } from '../model/place.ts';
import { misfitOf, podTarget, reachedOnly, type Misfit, type TargetRules } from '../model/pod-target.ts';
import type { PodView } from '../model/pod-view.ts';
import { addressKey, targetKey, type TargetRef } from '../model/target.ts';
import type { GateFacts } from './gate-facts.ts';
import { blocked, healthy, type Passage } from './passage.ts';

/** Whether one binding that selects the pod lets its gate open. */
export function judgeBinding(binding: PodBinding, facts: GateFacts): Passage {
  const { balancer, owner } = binding;
  const where = `${describeBinding(binding)} (${describeOwner(owner)})`;
  const state = facts.stateOf(stateKeyOf(balancer));
  if (isGone(state) && facts.pod.containersReady)
    return { kind: 'open', reason: gateReason.balancerGone, message: `${where}: ${gone}` };
  const look = lookAt(state, facts);
  const obstacle = obstacleFor(binding, facts.pod, look);
  if (obstacle !== undefined) return blocked(`${where}: ${obstacle}`);
  const target = targetOf(binding, facts.pod, look);
  const passage =
    target === undefined
      ? blocked(`${where}: ${whyNotRegistered(binding, facts.pod, look)}`)
      : judgeTarget(target, { where, ...wishesOf(binding, facts.pod), isPing: isPing(binding, state) }, facts);
  // Trouble elsewhere on the CLB holds up no pod whose own target is healthy; it only explains a wait.
  if (state?.trouble === undefined || passage.kind === 'open') return passage;
  const trouble = troubleFor(state.trouble, facts.pod.namespace).message;
  if (passage.failing) return { ...passage, message: `${passage.message} Since then: ${trouble}` };
  return blocked(`${where}: ${trouble}`);
}

/** One that was never seen may be there: its id, the region or the CAM policy may be wrong. */
function isGone(state: BalancerState | undefined): boolean {
  return state?.absence?.isProven === true && state.absence.wasSeen;
}

export interface Look {
  readonly state: BalancerState | undefined;
  readonly rules: TargetRules;
}

export function lookAt(state: BalancerState | undefined, { reach }: GateFacts): Look {
  return { state, rules: { family: state?.observed?.targetFamily, reach } };
}

function obstacleFor(binding: PodBinding, pod: PodView, { state, rules }: Look): string | undefined {
  const { backends } = binding;
  const misfit = misfitOf(pod, backends, rules);
  if (misfit !== undefined) return whyItDoesNotFit(misfit, backends, rules);
  if (!pod.containersReady) return 'waits for the containers to be ready';
  const absence = state?.phase === 'absent' ? state.trouble : undefined;
  return (obstacleTo(state, binding) ?? absence)?.message;
}

function whyItDoesNotFit(misfit: Misfit, { protocol, targetPort }: PodBackends, { family = 'IPv4' }: TargetRules) {
  switch (misfit) {
    case 'host-network':
      return 'a pod in the host network is never a target, unless the setting HOST_NETWORK_TARGETS is true';
    case 'not-eni':
      return `the pod is on no ENI, and ${reachedOnly}`;
    case 'port':
      return `the pod has no ${protocol} container port named "${safeText(String(targetPort))}"`;
    case 'family':
      return `the pod has no ${family} address, and this CLB sends to ${family} only`;
  }
}

function whyNotRegistered(binding: PodBinding, pod: PodView, look: Look): string {
  const { state } = look;
  const ref = refOf(binding, pod, look);
  if (ref === undefined) return 'the pod is not registered yet';
  // At a listener that somebody else made, its address may be registered already, by others.
  if (placeOf(binding, state)?.others?.has(addressKey(ref)) === true) {
    return "the pod's address is registered there already, and not by clb-direct";
  }
  return state?.withoutRoom.get(targetKey(ref))?.message ?? 'the pod is not registered yet';
}

export function refOf(binding: PodBinding, pod: PodView, { state, rules }: Look): TargetRef | undefined {
  const placed = state?.placed.get(bindingKey(binding));
  const address = podTarget(pod, binding.backends, rules);
  return placed === undefined || address === undefined ? undefined : { ...placed.id, ...address };
}

function targetOf(binding: PodBinding, pod: PodView, look: Look): ObservedTarget | undefined {
  const ref = refOf(binding, pod, look);
  const target = ref === undefined ? undefined : targetAt(look.state?.observed, ref);
  return target?.tag === undefined || target.tag === pod.uid ? target : undefined;
}

function wishesOf(binding: PodBinding, pod: PodView): Omit<At, 'where' | 'isPing'> {
  return { isCheckWanted: isCheckWanted(binding), isOff: chosenWeight(pod, binding.backends) === 0 };
}

/** Whoever asks for the check waits for it; else being bound is all there is. */
function isCheckWanted({ place, ruleSettings, listenerSettings }: Binding): boolean {
  return (isRule(place) ? ruleSettings : listenerSettings).healthCheck?.HealthSwitch === 1;
}

/** The cloud's default for UDP, where a packet that nobody answers proves nothing. */
function isPing(binding: Binding, state: BalancerState | undefined): boolean {
  if (binding.place.protocol !== 'UDP') return false;
  return (placeOf(binding, state)?.settings.healthCheck?.CheckType ?? 'PING') === 'PING';
}

export function placeOf(binding: Binding, state: BalancerState | undefined): ObservedPlace | undefined {
  const placed = state?.placed.get(bindingKey(binding));
  return placed === undefined ? undefined : placeAt(state?.observed, placed.id);
}

interface At {
  readonly where: string;
  readonly isCheckWanted: boolean;
  readonly isPing: boolean;
  /** Somebody chose weight 0 for the pod there. */
  readonly isOff: boolean;
}

function judgeTarget(
  target: ObservedTarget,
  { where, isCheckWanted: isWanted, isPing: isPinged, isOff }: At,
  facts: GateFacts,
): Passage {
  if (target.weight === 0) return judgeWeightZero(where, isOff);
  switch (target.health) {
    case 'Alive':
      if (!isPinged) return healthy(facts.policy.gateType);
      return { kind: 'open', reason: gateReason.pingOnly, message: `${where}: ${onlyPing}` };
    case 'Close':
      if (isWanted) return blocked(`${where}: the listener's health check is off still, and it is wanted on`);
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

function judgeWeightZero(where: string, isOff: boolean): Passage {
  return isOff
    ? { kind: 'open', reason: gateReason.weightZero, message: `${where}: bound, with the weight 0 that was chosen` }
    : blocked(`${where}: the target is at weight 0 still`);
}

const gone = 'the CLB was there and has not been found for minutes, so it counts as deleted, and nothing is waited for';

const onlyPing =
  'the pod answers PING, which says nothing of its port; set a check of type CUSTOM in the CLB console for more';

const checkFails =
  "the CLB's health check fails; does the pod answer on its port, and do its security groups admit 100.64.0.0/10?";
