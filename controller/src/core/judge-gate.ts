import { gateReason, openMessage, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { portOn, slotOf, type Binding } from './binding.ts';
import { bindingKey, type SeenTarget, type Sight } from './sight.ts';
import { targetKey } from './target.ts';
import type { PodView } from './views.ts';

/** What a pod's gate depends on. */
export interface GateFacts {
  readonly nowMs: number;
  readonly pod: PodView;
  readonly bindings: readonly Binding[];
  /** Why a Service that selects the pod has no bindings at all, one sentence each. */
  readonly unreadable: readonly string[];
  /** A Service that was left to TKE's own controller selects the pod: without a binding of ours the gate is TKE's to open. */
  readonly leftToTke: boolean;
  sightOf(loadBalancerId: string): Sight | undefined;
  readonly policy: GatePolicy;
}

export interface GatePolicy {
  readonly gateType: string;
  /** A pod that no binding selects stays closed until it is this old: people apply the Deployment before the Service. */
  readonly settleMs: number;
  /** What to do with a gate that waits too long. */
  readonly onWaitLimit: 'hold' | 'open';
  readonly waitLimitMs: number;
  /** A gate that has waited so long since its containers are ready is worth an event. */
  readonly tellAfterMs: number;
}

/** leave: nothing to write now. recheckMs: time alone will change the answer. */
export interface GateVerdict {
  readonly condition: GateCondition | 'leave';
  readonly recheckMs: number | undefined;
  /** The CLB says that the pod fails its check. */
  readonly failing: boolean;
  /** It has waited long enough for people to be told. */
  readonly overdue: boolean;
}

type Passage =
  | { readonly kind: 'open'; readonly reason: string; readonly message: string }
  | { readonly kind: 'waiting'; readonly message: string; readonly failing: boolean };

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

function opened(reason: string, message: string): GateVerdict {
  return { condition: { status: 'True', reason, message }, recheckMs: undefined, failing: false, overdue: false };
}

function leave(recheckMs: number | undefined): GateVerdict {
  return { condition: 'leave', recheckMs, failing: false, overdue: false };
}

function healthy({ policy }: GateFacts) {
  return { reason: gateReason.healthy, message: openMessage(policy.gateType) };
}

function blocked(message: string): Passage {
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

function judgeWaiting(waiting: readonly Extract<Passage, { kind: 'waiting' }>[], facts: GateFacts): GateVerdict {
  const { policy } = facts;
  const message = joined(waiting);
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
    failing: waiting.some((passage) => passage.failing),
    overdue: tellInMs !== undefined && tellInMs <= 0,
  };
}

/** What the event is named after comes first. */
function joined(waiting: readonly Extract<Passage, { kind: 'waiting' }>[]): string {
  const messages = waiting.toSorted((a, b) => Number(b.failing) - Number(a.failing)).map(({ message }) => message);
  return messages.map((text, index) => (index < messages.length - 1 ? text.replace(/\.$/, '') : text)).join('; ');
}

/** What is left of a time that runs from the containers being ready; undefined while they are not. */
function leftOf(limitMs: number, { pod, nowMs }: GateFacts): number | undefined {
  return pod.containersReadyAtMs === undefined ? undefined : pod.containersReadyAtMs + limitMs - nowMs;
}

function judgeBinding(binding: Binding, facts: GateFacts): Passage {
  const place = `${slotOf(binding)} of ${binding.loadBalancerId} (Service ${binding.serviceKey})`;
  const sight = facts.sightOf(binding.loadBalancerId);
  const obstacle = obstacleTo(binding, facts.pod, sight);
  if (obstacle !== undefined) return blocked(`${place}: ${obstacle}`);
  const seen = targetOf(binding, facts.pod, sight);
  const passage =
    seen === undefined ? blocked(`${place}: the pod is not registered yet`) : judgeTarget(seen, place, facts);
  // Trouble elsewhere on the CLB holds up nobody whose own target is healthy; it only explains a wait.
  if (sight?.trouble === undefined || passage.kind === 'open') return passage;
  if (passage.failing) return { ...passage, message: `${passage.message} Since then: ${sight.trouble.message}` };
  return blocked(`${place}: ${sight.trouble.message}`);
}

function obstacleTo(binding: Binding, pod: PodView, sight: Sight | undefined): string | undefined {
  if (pod.hostNetwork) return 'a pod in the host network is never a target';
  if (portOn(pod, binding) === undefined) {
    return `the pod has no ${binding.protocol} container port named "${binding.targetPort}"`;
  }
  if (!pod.containersReady) return 'waits for the containers to be ready';
  const absence = sight?.state === 'absent' ? sight.trouble : undefined;
  return (sight?.obstacles.get(bindingKey(binding)) ?? absence)?.message;
}

function targetOf(binding: Binding, pod: PodView, sight: Sight | undefined): SeenTarget | undefined {
  const listenerId = sight?.listenerIds.get(bindingKey(binding));
  const port = portOn(pod, binding);
  if (sight === undefined || listenerId === undefined || port === undefined || pod.ip === undefined) return undefined;
  const seen = sight.targets.get(targetKey({ listenerId, ip: pod.ip, port }));
  return seen?.ownerUid === undefined || seen.ownerUid === pod.uid ? seen : undefined;
}

function judgeTarget(seen: SeenTarget, place: string, facts: GateFacts): Passage {
  if (seen.weight === 0) return blocked(`${place}: the target is at weight 0 still`);
  switch (seen.health) {
    case 'Alive':
      return { kind: 'open', ...healthy(facts) };
    case 'Close':
      return {
        kind: 'open',
        reason: gateReason.healthCheckOff,
        message: `${place}: bound; the listener's health check is off`,
      };
    case 'Dead':
      return {
        kind: 'waiting',
        message: `${place}: the CLB's health check fails; does the pod answer on its port, and do its security groups admit 100.64.0.0/10?`,
        failing: true,
      };
    case 'Unknown':
    case undefined:
      return blocked(`${place}: registered, the CLB's health check has not passed yet`);
  }
}
