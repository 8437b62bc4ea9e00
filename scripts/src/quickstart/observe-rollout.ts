import type { V1Pod } from '@kubernetes/client-node';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods } from '@clb-direct/shared/kube/client/paths.ts';
import type { Step } from './pod-line.ts';

interface Place {
  readonly targets: readonly { ip: string; weight: number; health: string }[];
}

interface AdminState {
  readonly loadBalancers: readonly {
    readonly listeners: readonly (Place & { readonly rules: readonly Place[] })[];
  }[];
}

export interface PodNow {
  readonly uid: string;
  readonly name: string;
  readonly reached: readonly Step[];
  /** True when its gate waits for a CLB and the pod is not going. */
  readonly waits: boolean;
}

export interface RolloutSource {
  readonly api: KubeApi;
  readonly adminUrl: string;
  readonly namespace: string;
  readonly labelSelector: string;
}

/** Looks once at the pods and at the CLB, and says how far each pod has come. */
export async function observeRollout(source: RolloutSource, signal: AbortSignal): Promise<readonly PodNow[]> {
  const query = { labelSelector: source.labelSelector };
  const [list, state] = await Promise.all([
    source.api.call<{ items: V1Pod[] }>({ method: 'GET', path: pods(source.namespace), query, signal }),
    readState(source.adminUrl, signal),
  ]);
  const listeners = state.loadBalancers.flatMap((loadBalancer) => loadBalancer.listeners);
  const targets = listeners.flatMap((listener) => [listener, ...listener.rules].flatMap((place) => place.targets));
  return list.items.map((pod) => toPodNow(pod, targets));
}

async function readState(adminUrl: string, signal: AbortSignal): Promise<AdminState> {
  const response = await fetch(`${adminUrl}/state`, { signal });
  return (await response.json()) as AdminState;
}

function toPodNow(pod: V1Pod, targets: readonly { ip: string; health: string }[]): PodNow {
  const facts = factsOf(
    pod,
    targets.filter(({ ip }) => ip === pod.status?.podIP),
  );
  const { metadata } = pod;
  const reached = (Object.keys(facts) as Step[]).filter((step) => facts[step]);
  const waits = metadata?.deletionTimestamp === undefined && !facts.ready;
  return { uid: metadata?.uid ?? '', name: metadata?.name ?? '', reached, waits };
}

function factsOf(pod: V1Pod, targets: readonly { health: string }[]): Readonly<Record<Step, boolean>> {
  const isTrue = (type: string) => pod.status?.conditions?.some((c) => c.type === type && c.status === 'True') === true;
  const gates = (pod.spec?.readinessGates ?? []).map(({ conditionType }) => conditionType);
  return {
    created: true,
    'containers ready': isTrue('ContainersReady'),
    bound: targets.length > 0,
    healthy: targets.length > 0 && targets.every(({ health }) => health === 'Alive'),
    'gate open': gates.length > 0 && gates.every(isTrue),
    ready: isTrue('Ready'),
  };
}
