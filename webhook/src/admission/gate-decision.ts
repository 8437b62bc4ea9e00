import { judgeEni, type EniDefault } from '@clb-direct/shared/domain/eni.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { PodFacts } from './pod-facts.ts';

/** The settings that decide who gets the gate; the registration carries the same rule for the API server. */
export interface GateRule {
  readonly gateType: string;
  readonly optOutAnnotation: string;
  readonly excludedNamespaces: readonly string[];
  readonly gateJobPods: boolean;
}

/** The value of the opt-out annotation and label that keeps the gate away. */
export const optOutValue = 'off';

/** Why a pod gets the gate, or is left alone; the words are metric labels. */
export type GateReason =
  | 'excluded-namespace'
  | 'mirror-pod'
  | 'opted-out'
  | 'job-pod'
  | 'has-gate'
  | 'host-network'
  | 'networks-annotation'
  | 'eni-resource'
  | 'eni-default';

/** The decision about one pod. */
export interface GateVerdict {
  readonly addGate: boolean;
  readonly reason: GateReason;
}

/** Decides whether a pod gets the gate (docs/adr: every ENI pod, never hostNetwork, never twice). */
export function decideGate(pod: PodFacts, namespace: string, rule: GateRule, eniDefault: EniDefault): GateVerdict {
  const obstacle = findObstacle(pod, namespace, rule);
  if (obstacle !== undefined) return { addGate: false, reason: obstacle };
  const { isEni, because } = judgeEni(pod, eniDefault);
  return { addGate: isEni, reason: because };
}

function findObstacle(pod: PodFacts, namespace: string, rule: GateRule): GateReason | undefined {
  if (rule.excludedNamespaces.includes(namespace)) return 'excluded-namespace';
  if (Object.hasOwn(pod.annotations, annotation.mirrorPod)) return 'mirror-pod';
  if (pod.annotations[rule.optOutAnnotation] === optOutValue) return 'opted-out';
  if (pod.controllerKind === 'Job' && !rule.gateJobPods) return 'job-pod';
  if (pod.gateTypes?.includes(rule.gateType) === true) return 'has-gate';
  return undefined;
}

/** One JSON patch operation (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** Adds the gate and touches nothing else. */
export function gatePatch(pod: PodFacts, gateType: string): readonly PatchOperation[] {
  const gate = { conditionType: gateType };
  if (pod.gateTypes === undefined) return [{ op: 'add', path: '/spec/readinessGates', value: [gate] }];
  return [{ op: 'add', path: '/spec/readinessGates/-', value: gate }];
}
