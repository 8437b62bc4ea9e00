import { annotation } from './names.ts';
import { judgeReach, podNetwork, type ClusterNetwork, type NetworkFacts, type PodNetwork } from './reach.ts';

/** What decides about a pod that is about to be created. */
export interface PodFacts extends NetworkFacts {
  /** The condition types of its readiness gates; undefined when it has no list of them. */
  readonly gateTypes: readonly string[] | undefined;
  /** The owner that controls it. */
  readonly controller: ControllerRef | undefined;
}

/** Group, version and kind of the owner that controls a pod. */
export interface ControllerRef {
  readonly apiVersion: string;
  readonly kind: string;
}

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

/**
 * Decides whether a pod gets the gate: every pod that a CLB reaches directly, never one in the host network (docs/adr),
 * never twice.
 */
export function decideGate(pod: PodFacts, namespace: string, rule: GateRule, cluster: ClusterNetwork): GateVerdict {
  const obstacle = findObstacle(pod, namespace, rule);
  if (obstacle !== undefined) return { addGate: false, reason: obstacle };
  const network = podNetwork(pod);
  const reach = judgeReach(network, { ...cluster, hostNetworkTargets: false });
  return { addGate: typeof reach === 'string', reason: reasonOf[network] };
}

const reasonOf: Readonly<Record<PodNetwork, GateReason>> = {
  host: 'host-network',
  'eni-annotation': 'networks-annotation',
  'bridge-annotation': 'networks-annotation',
  'other-annotation': 'networks-annotation',
  'eni-resource': 'eni-resource',
  unmarked: 'eni-default',
};

function findObstacle(pod: PodFacts, namespace: string, rule: GateRule): GateReason | undefined {
  if (rule.excludedNamespaces.includes(namespace)) return 'excluded-namespace';
  if (Object.hasOwn(pod.annotations, annotation.mirrorPod)) return 'mirror-pod';
  if (pod.annotations[rule.optOutAnnotation] === optOutValue) return 'opted-out';
  if (isBatchJob(pod.controller) && !rule.gateJobPods) return 'job-pod';
  if (pod.gateTypes?.includes(rule.gateType) === true) return 'has-gate';
  return undefined;
}

/** A Job of Kubernetes, in any version. Other API groups have a kind Job too, whose pods may serve. */
function isBatchJob(controller: ControllerRef | undefined): boolean {
  return controller?.kind === batchJob.kind && controller.apiVersion.startsWith(batchJob.groupPrefix);
}

/** Kind, and how an apiVersion of the group `batch` begins; the registration says the same in CEL. */
export const batchJob = { kind: 'Job', groupPrefix: 'batch/' } as const;
