import type { GateCondition } from '@clb-direct/shared/domain/gate.ts';
import type { PodNetwork } from '@clb-direct/shared/domain/reach.ts';
import type { HttpProbe } from './http-probe.ts';

/** A deletion that the webhook holds back. */
export interface HeldDeletion {
  /** By the API server's clock. */
  readonly sinceMs: number;
  /** The reason of our answer; undefined: there is none yet. */
  readonly answer: string | undefined;
  /** Of the pod that says so. */
  readonly resourceVersion?: string | undefined;
}

/** The only facts about a pod that anything may decide on. */
export interface PodView {
  /** namespace/name */
  readonly key: string;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** status.podIP, the first of its addresses. */
  readonly ip: string | undefined;
  /** The others: a dual-stack pod has one of each family. */
  readonly moreIps: readonly string[];
  /** Its own marks; whether a CLB reaches it: judgeReach. */
  readonly network: PodNetwork;
  readonly containersReady: boolean;
  /** When its containers became ready, by the kubelet's clock. */
  readonly containersReadyAtMs: number | undefined;
  /** It has a deletionTimestamp, or its condition says that the kubelet terminates it. */
  readonly ending: boolean;
  /** Its phase is Succeeded or Failed (evicted pods too). */
  readonly finished: boolean;
  /** Every container has terminated. */
  readonly containersGone: boolean;
  readonly createdAtMs: number;
  /** Container ports that have a name: "TCP/http" -> 8080. */
  readonly namedPorts: Readonly<Record<string, number>>;
  /** undefined: none. */
  readonly httpProbes?: readonly HttpProbe[];
  /** absent: the pod has no such gate; unset: it has, and its condition is not written yet. */
  readonly gate: 'absent' | 'unset' | GateCondition;
  /** A readiness gate that is not ours has a condition that is False: another controller holds the pod back. */
  readonly otherGateFalse: boolean;
  /** Its deletion is asked for and waits until it is drained; undefined: nobody asked, or it is ending already. */
  readonly heldDeletion: HeldDeletion | undefined;
  /** Its condition says that a Service asks that its deletion waits. */
  readonly drainAsked: boolean;
  /** Its annotation custom-weight as it is written. */
  readonly customWeight: string | undefined;
  /** It has no gate although the webhook gives one to pods like it. */
  readonly ungated: boolean;
}

export function addressesOf({ ip, moreIps }: Pick<PodView, 'ip' | 'moreIps'>): readonly string[] {
  return ip === undefined ? [] : [ip, ...moreIps];
}

/**
 * Where a pod stands in its life, as far as targets go. A pod counts from ContainersReady, not from Ready: Ready
 * waits for the gate, the gate for the target, the target for this. Ready is False also when a node is not heard from,
 * whose pods may serve.
 */
export type PodStage = 'unready' | 'ready' | 'ending' | 'gone';

export function stageOf(pod: PodView): PodStage {
  if (pod.finished || (pod.ending && pod.containersGone)) return 'gone';
  if (isLeaving(pod)) return 'ending';
  return pod.containersReady && !isHeldBack(pod) ? 'ready' : 'unready';
}

/**
 * In-place updaters drain a pod by a gate of their own. It counts once ours is not in the way any more: before that its
 * controller may wait for the CLB, and the two would wait for each other.
 */
function isHeldBack(pod: PodView): boolean {
  return pod.otherGateFalse && !hasClosedGate(pod);
}

/** It ends, or will as soon as it is drained. */
export function isLeaving(pod: Pick<PodView, 'ending' | 'heldDeletion'>): boolean {
  return pod.ending || pod.heldDeletion !== undefined;
}

/** Something of it is to be judged: its gate, or a deletion that is held for it. */
export function isAwaited(pod: PodView): boolean {
  return hasClosedGate(pod) || pod.heldDeletion !== undefined;
}

export function hasClosedGate(pod: PodView): boolean {
  if (pod.gate === 'absent') return false;
  return pod.gate === 'unset' || pod.gate.status !== 'True';
}
