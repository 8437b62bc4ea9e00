import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { longestMessage, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { portOn, type PodBinding } from '../model/binding.ts';
import { describeOwner, type Owner } from '../model/owner.ts';
import type { GateFacts, Unreadable } from './gate-facts.ts';
import { judgeBinding } from './judge-binding.ts';
import { blocked, healthy, joinedPassages, type Passage, type Waiting } from './passage.ts';

/** leave: nothing to write now. recheckMs: time alone will change the answer. */
export interface GateVerdict {
  readonly condition: GateCondition | 'leave';
  readonly recheckMs: number | undefined;
  /** What people should know about the pod beside its condition. */
  readonly finding: Finding | undefined;
}

/** Decides on a gate that is not open yet. Every binding that has the pod for a backend must let it pass. */
export function judgeGate(facts: GateFacts): GateVerdict {
  const { bindings, unreadable, skipped } = facts;
  if (bindings.length === 0 && unreadable.length === 0 && skipped.length === 0) return judgeUnbound(facts);
  const asking = bindingsToPass(facts).map((binding) => judgeBinding(binding, facts));
  const passages = [...unreadable.map(judgeUnreadable), ...asking, ...skipped.map((one) => judgeSkipped(one, facts))];
  const waiting = passages.filter((passage) => passage.kind === 'waiting');
  if (waiting.length > 0) return judgeWaiting(waiting, facts);
  const special = passages.find((passage) => passage.kind === 'open' && passage.reason !== gateReason.healthy);
  const { reason, message } = special?.kind === 'open' ? special : healthy(facts.policy.gateType);
  return opened(reason, message);
}

/**
 * A pod that lacks a named port is no endpoint of it, as in EndpointSlices. A pod that has none of an owner's ports has
 * all of them to pass: more likely a name is misspelled, and the rollout must stop.
 */
function bindingsToPass({ bindings, pod }: GateFacts): readonly PodBinding[] {
  const offered = bindings.filter(({ backends }) => portOn(pod, backends) !== undefined);
  const owners = new Set(offered.map(({ owner }) => owner.uid));
  return bindings.filter((binding) => offered.includes(binding) || !owners.has(binding.owner.uid));
}

type OpenReason = Extract<Passage, { kind: 'open' }>['reason'];

function opened(reason: OpenReason, why: string): GateVerdict {
  const message = conditionMessage(why);
  const finding: Finding = { severity: 'Normal', reason, message };
  return { condition: { status: 'True', reason, message }, recheckMs: undefined, finding };
}

/** It is in the status of every selected pod. It is cut here, so that what is compared is what is written. */
function conditionMessage(text: string): string {
  return safeText(text, longestMessage);
}

function leave(recheckMs: number | undefined): GateVerdict {
  return { condition: 'leave', recheckMs, finding: undefined };
}

function judgeUnreadable({ owner, finding }: Unreadable): Waiting {
  return blocked(`${describeOwner(owner)}: ${finding?.message ?? 'it has no ports'}`);
}

/** A gate that waited for it would wait for ever, and keep the pod from clients that do not come by the CLB. */
function judgeSkipped(owner: Owner, { pod }: GateFacts): Passage {
  const who = describeOwner(owner);
  if (!pod.containersReady) return blocked(`${who}: waits for the containers to be ready`);
  const message = `${who} is in mode "skip": clb-direct does not make the pod a target of its CLB.`;
  return { kind: 'open', reason: gateReason.skipped, message };
}

/** Before its containers are ready the pod waits for nothing: a Service that comes meanwhile still gates it. */
function judgeUnbound({ pod, nowMs, policy, leftToTke }: GateFacts): GateVerdict {
  if (leftToTke || !pod.containersReady) return leave(undefined);
  const ageMs = nowMs - pod.createdAtMs;
  if (ageMs < policy.settleMs) return leave(policy.settleMs - ageMs);
  return opened(
    gateReason.noBinding,
    'No LoadBalancer Service of clb-direct selects this pod, so no CLB has to be waited for.',
  );
}

function judgeWaiting(waiting: readonly Waiting[], facts: GateFacts): GateVerdict {
  const { policy } = facts;
  const message = conditionMessage(joinedPassages(waiting));
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

/**
 * What is left of a time that runs from the containers being ready; undefined while they are not. No pod is ready
 * before it is created: the kubelet's clock may be behind the API server's, by which we count.
 */
function leftOf(limitMs: number, { pod, nowMs }: GateFacts): number | undefined {
  const { containersReadyAtMs, createdAtMs } = pod;
  return containersReadyAtMs === undefined ? undefined : Math.max(containersReadyAtMs, createdAtMs) + limitMs - nowMs;
}
