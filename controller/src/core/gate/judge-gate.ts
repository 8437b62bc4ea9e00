import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { defaultGateType, gateReason, type GateCondition } from '@clb-direct/shared/domain/gate.ts';
import { longestMessage, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { stateKeyOf } from '../model/balancer-ref.ts';
import { hasGivenWay, standInsFor, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey, isPodBinding, portOn, type PodBinding } from '../model/binding.ts';
import { describeOwner, type Owner } from '../model/owner.ts';
import type { GateFacts, Unbound } from './gate-facts.ts';
import { judgeBinding } from './judge-binding.ts';
import { judgeKept, keptForMs } from './judge-kept.ts';
import { waitOf, leftOf, type Wait } from './wait-limit.ts';
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
  const { bindings, unbound, skipped } = facts;
  if (bindings.length === 0 && unbound.length === 0 && skipped.length === 0) return judgeUnbound(facts);
  const asked = askedPassages(facts);
  const waits = waitsOf([...asked, ...keptPassages(facts)], facts);
  if (waits.length > 0) return judgeWaiting(waits, facts);
  const passages = asked.map(({ passage }) => passage);
  const special = passages.find((passage) => passage.kind === 'open' && passage.reason !== gateReason.healthy);
  const { reason, message } = special?.kind === 'open' ? special : healthy(facts.policy.gateType);
  return opened(reason, message);
}

function waitsOf(asked: readonly Asked[], facts: GateFacts): readonly Wait[] {
  return asked.flatMap(({ uid, passage }) => (passage.kind === 'waiting' ? [waitOf(passage, uid, facts)] : []));
}

interface Asked {
  /** Of the owner. */
  readonly uid: string;
  readonly passage: Passage;
}

function askedPassages(facts: GateFacts): readonly Asked[] {
  return [
    ...facts.unbound.map((one) => ({ uid: one.owner.uid, passage: judgeUnboundBy(one) })),
    ...bindingsToPass(facts).map((one) => ({ uid: one.owner.uid, passage: judgeBinding(one, facts) })),
    ...facts.skipped.map((one) => ({ uid: one.uid, passage: judgeSkipped(one, facts) })),
  ];
}

/** They hold a gate and give it no reason to open: the new CLB says that. */
function keptPassages(facts: GateFacts): readonly Asked[] {
  return (facts.kept ?? []).flatMap((place) => {
    const passage = judgeKept(place, facts);
    return passage === undefined ? [] : [{ uid: place.owner.uid, passage }];
  });
}

/**
 * A pod that lacks a named port is no endpoint of it, as in EndpointSlices. A pod that has none of an owner's ports has
 * all of them to pass: more likely a name is misspelled, and the rollout must stop. A rule that an Exact path of
 * another owner has is not its own.
 */
function bindingsToPass(facts: GateFacts): readonly PodBinding[] {
  const { bindings, pod } = facts;
  const stateOf = ({ balancer }: PodBinding) => facts.stateOf(stateKeyOf(balancer));
  const own = inPlace(bindings, stateOf).filter((one) => !hasGivenWay(stateOf(one), one));
  const offered = own.filter(({ backends }) => portOn(pod, backends) !== undefined);
  const owners = new Set(offered.map(({ owner }) => owner.uid));
  return own.filter((binding) => offered.includes(binding) || !owners.has(binding.owner.uid));
}

/** Each once: one place may stand for several. */
function inPlace(bindings: readonly PodBinding[], stateOf: (binding: PodBinding) => BalancerState | undefined) {
  const all = bindings.flatMap((one) => standInsFor(stateOf(one), one).filter(isPodBinding));
  return [...new Map(all.map((one) => [bindingKey(one), one])).values()];
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

function judgeUnboundBy({ owner, finding }: Unbound): Waiting {
  return blocked(`${describeOwner(owner)}: ${finding?.message ?? 'it has no ports'}`);
}

/** A gate that waited for it would wait for ever, and keep the pod from clients that do not come by the CLB. */
function judgeSkipped(owner: Owner, { pod }: GateFacts): Passage {
  const who = describeOwner(owner);
  if (!pod.containersReady) return blocked(`${who}: waits for the containers to be ready`);
  const message = `${who} is in mode "skip": clb-direct does not make the pod a target of its CLB.`;
  return { kind: 'open', reason: gateReason.skipped, message };
}

/**
 * Before its containers are ready the pod waits for nothing: a Service that comes meanwhile still gates it. TKE opens
 * gates of its own type only.
 */
function judgeUnbound({ pod, nowMs, policy, leftToTke }: GateFacts): GateVerdict {
  const isOfTke = leftToTke && policy.gateType === defaultGateType;
  if (isOfTke || !pod.containersReady) return leave(undefined);
  const ageMs = nowMs - pod.createdAtMs;
  if (ageMs < policy.settleMs) return leave(policy.settleMs - ageMs);
  return opened(
    gateReason.noBinding,
    'No Service or Ingress of clb-direct makes this pod a target, so no CLB has to be waited for.',
  );
}

function judgeWaiting(waits: readonly Wait[], facts: GateFacts): GateVerdict {
  const waiting = waits.map(({ passage }) => passage);
  const message = conditionMessage(joinedPassages(waiting));
  const limitsInMs = waits.map(({ limitInMs }) => limitInMs);
  if (limitsInMs.every((ms) => ms !== undefined && ms <= 0)) {
    const seconds = Math.round(Math.max(...waits.map(({ limitMs = 0 }) => limitMs)) / 1000);
    return opened(gateReason.waitedTooLong, `Opened by policy after ${seconds} s of waiting: ${message}`);
  }
  const tellInMs = leftOf(facts.policy.tellAfterMs, facts);
  const keptInMs = (facts.kept ?? []).flatMap(({ kept }) => (kept === undefined ? [] : keptForMs(kept.keepMs, facts)));
  const ahead = [...limitsInMs, ...keptInMs, tellInMs].filter((ms) => ms !== undefined).filter((ms) => ms > 0);
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
