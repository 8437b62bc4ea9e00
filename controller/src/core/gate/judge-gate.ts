import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { gateReason, openMessage, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { balancerIdOf, describeBalancer } from '../model/balancer-ref.ts';
import { bindingKey, portOn, type Binding } from '../model/binding.ts';
import { targetAt, type ObservedTarget } from '../model/observed.ts';
import { describeOwner } from '../model/owner.ts';
import { describePlace } from '../model/place.ts';
import type { PodView } from '../model/pod-view.ts';
import type { BalancerState } from '../model/balancer-state.ts';
import { joinedPassages, type Passage, type Waiting } from './passage.ts';

/** What a pod's gate depends on. */
export interface GateFacts {
  readonly nowMs: number;
  readonly pod: PodView;
  readonly bindings: readonly Binding[];
  /** Why an owner that selects the pod has no bindings at all, one sentence each. */
  readonly unreadable: readonly string[];
  /** A Service that was left to TKE's own controller selects the pod: without a binding of ours the gate is TKE's to open. */
  readonly leftToTke: boolean;
  stateOf(balancerId: string): BalancerState | undefined;
  readonly policy: GatePolicy;
}

export interface GatePolicy {
  readonly gateType: string;
  /** A pod that no binding selects stays closed until it is this old: people apply the Deployment before the Service. */
  readonly settleMs: number;
  /** What to do with a gate that waits too long. */
  readonly onWaitLimit: 'hold' | 'open';
  readonly waitLimitMs: number;
  /** A gate that has waited this long since its containers are ready is worth an event. */
  readonly tellAfterMs: number;
}

/** leave: nothing to write now. recheckMs: time alone will change the answer. */
export interface GateVerdict {
  readonly condition: GateCondition | 'leave';
  readonly recheckMs: number | undefined;
  /** What people should know about the pod beside its condition. */
  readonly finding: Finding | undefined;
}

/** Decides on a gate that is not open yet. Every binding that selects the pod must let it pass. */
export function judgeGate(facts: GateFacts): GateVerdict {
  if (facts.bindings.length === 0 && facts.unreadable.length === 0) return judgeUnbound(facts);
  const passages = [...facts.unreadable.map(blocked), ...facts.bindings.map((binding) => judgeBinding(binding, facts))];
  const waiting = passages.filter((passage) => passage.kind === 'waiting');
  if (waiting.length > 0) return judgeWaiting(waiting, facts);
  const special = passages.find((passage) => passage.kind === 'open' && passage.reason !== gateReason.healthy);
  const { reason, message } = special?.kind === 'open' ? special : healthy(facts);
  return opened(reason, message);
}

type OpenReason = Extract<Passage, { kind: 'open' }>['reason'];

function opened(reason: OpenReason, message: string): GateVerdict {
  const finding: Finding = { severity: 'Normal', reason, message };
  return { condition: { status: 'True', reason, message }, recheckMs: undefined, finding };
}

function leave(recheckMs: number | undefined): GateVerdict {
  return { condition: 'leave', recheckMs, finding: undefined };
}

function healthy({ policy }: GateFacts) {
  return { reason: gateReason.healthy, message: openMessage(policy.gateType) };
}

function blocked(message: string): Waiting {
  return { kind: 'waiting', message, failing: false };
}

function judgeUnbound({ pod, nowMs, policy, leftToTke }: GateFacts): GateVerdict {
  if (leftToTke) return leave(undefined);
  const ageMs = nowMs - pod.createdAtMs;
  if (ageMs < policy.settleMs) return leave(policy.settleMs - ageMs);
  return opened(
    gateReason.noBinding,
    'No LoadBalancer Service of clb-direct selects this pod, so no CLB has to be waited for.',
  );
}

function judgeWaiting(waiting: readonly Waiting[], facts: GateFacts): GateVerdict {
  const { policy } = facts;
  const message = joinedPassages(waiting);
  const limitInMs = policy.onWaitLimit === 'open' ? leftOf(policy.waitLimitMs, facts) : undefined;
  if (limitInMs !== undefined && limitInMs <= 0) {
    const seconds = Math.round(policy.waitLimitMs / 1000);
    return opened(gateReason.waitedTooLong, `Opened by policy after ${seconds} s of waiting: ${message}`);
  }
  const tellInMs = leftOf(policy.tellAfterMs, facts);
  const ahead = [limitInMs, tellInMs].filter((ms) => ms !== undefined).filter((ms) => ms > 0);
  return {
    condition: { status: 'False', reason: gateReason.waiting, message },
    recheckMs: ahead.length === 0 ? undefined : Math.min(...ahead),
    finding: waitingFinding(waiting, message, tellInMs !== undefined && tellInMs <= 0),
  };
}

function waitingFinding(waiting: readonly Waiting[], message: string, isOverdue: boolean): Finding | undefined {
  const severity = 'Warning';
  if (waiting.some(({ failing }) => failing)) return { severity, reason: 'HealthCheckFailing', message };
  return isOverdue ? { severity, reason: gateReason.waiting, message } : undefined;
}

/** What is left of a time that runs from the containers being ready; undefined while they are not. */
function leftOf(limitMs: number, { pod, nowMs }: GateFacts): number | undefined {
  return pod.containersReadyAtMs === undefined ? undefined : pod.containersReadyAtMs + limitMs - nowMs;
}

function judgeBinding(binding: Binding, facts: GateFacts): Passage {
  const { place, balancer, owner } = binding;
  const where = `${describePlace(place)} of ${describeBalancer(balancer)} (${describeOwner(owner)})`;
  const state = facts.stateOf(balancerIdOf(balancer) ?? '');
  const obstacle = obstacleTo(binding, facts.pod, state);
  if (obstacle !== undefined) return blocked(`${where}: ${obstacle}`);
  const target = targetOf(binding, facts.pod, state);
  const passage =
    target === undefined ? blocked(`${where}: the pod is not registered yet`) : judgeTarget(target, where, facts);
  // Trouble elsewhere on the CLB holds up no pod whose own target is healthy; it only explains a wait.
  if (state?.trouble === undefined || passage.kind === 'open') return passage;
  if (passage.failing) return { ...passage, message: `${passage.message} Since then: ${state.trouble.message}` };
  return blocked(`${where}: ${state.trouble.message}`);
}

function obstacleTo(binding: Binding, pod: PodView, state: BalancerState | undefined): string | undefined {
  const { backends } = binding;
  if (pod.hostNetwork) return 'a pod in the host network is never a target';
  if (portOn(pod, backends) === undefined) {
    return `the pod has no ${backends.protocol} container port named "${backends.targetPort}"`;
  }
  if (!pod.containersReady) return 'waits for the containers to be ready';
  const absence = state?.phase === 'absent' ? state.trouble : undefined;
  return (state?.obstacles.get(bindingKey(binding)) ?? absence)?.message;
}

function targetOf(binding: Binding, pod: PodView, state: BalancerState | undefined): ObservedTarget | undefined {
  const placed = state?.placed.get(bindingKey(binding));
  const port = portOn(pod, binding.backends);
  if (placed === undefined || port === undefined || pod.ip === undefined) return undefined;
  const target = targetAt(state?.observed, { ...placed.id, ip: pod.ip, port });
  return target?.tag === undefined || target.tag === pod.uid ? target : undefined;
}

function judgeTarget(target: ObservedTarget, where: string, facts: GateFacts): Passage {
  if (target.weight === 0) return blocked(`${where}: the target is at weight 0 still`);
  switch (target.health) {
    case 'Alive':
      return { kind: 'open', ...healthy(facts) };
    case 'Close':
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
