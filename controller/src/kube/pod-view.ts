import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { V1ContainerStatus, V1Pod, V1PodCondition, V1PodSpec } from '@kubernetes/client-node';
import { readPodFacts } from '@clb-direct/shared/domain/pod-facts.ts';
import { podNetwork, type PodNetwork } from '@clb-direct/shared/domain/reach.ts';
import { heldDeletion } from '@clb-direct/shared/domain/held-deletion.ts';
import type { HeldDeletion, PodView } from '../core/model/pod-view.ts';
import { firstLabels, mostKept, shortened } from './bounds.ts';
import type { GateExpected } from './gate-expected.ts';
import { httpProbesOf } from './http-probes.ts';

/** The API server's JSON: dates are texts there, whatever the client's types say. */
type Wire<T> = T extends Date
  ? string
  : T extends (infer I)[]
    ? Wire<I>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;
type WirePod = Wire<V1Pod>;

/** Keeps of a pod what anything may decide on; without `isExpected` no pod counts as ungated. */
export function toPodView(raw: unknown, gateType: string, isExpected: GateExpected = () => false): PodView | undefined {
  const pod = raw as WirePod;
  const identity = identityOf(pod);
  if (identity === undefined) return undefined;
  const gate = gateOf(pod, gateType);
  const ungated = gate === 'absent' && isExpected(raw);
  const otherGateFalse = isOtherGateFalse(pod, gateType);
  const customWeight = customWeightOf(pod);
  const network = networkOf(raw);
  const drainAsked = conditionOf(pod, heldDeletion.asked)?.status === 'True';
  const held = { heldDeletion: heldDeletionOf(pod), drainAsked };
  const namedPorts = namedPortsOf(pod.spec);
  const more = { namedPorts, ...probesOf(raw, namedPorts), ...held, customWeight, network };
  return { ...identity, ...stateOf(pod), ...more, gate, otherGateFalse, ungated };
}

/** A weight has three digits; of what is none a message shows the beginning. */
function customWeightOf({ metadata }: WirePod): string | undefined {
  const text = metadata?.annotations?.[annotation.customWeight];
  return text === undefined ? undefined : shortened(text, 100);
}

/** Most pods have none: no list for them. */
function probesOf(raw: unknown, namedPorts: PodView['namedPorts']): Pick<PodView, 'httpProbes'> {
  const httpProbes = httpProbesOf((raw as { readonly spec?: object }).spec, namedPorts).slice(0, mostKept.probes);
  return httpProbes.length === 0 ? {} : { httpProbes };
}

type Identity = Pick<PodView, 'key' | 'uid' | 'namespace' | 'name' | 'labels' | 'ending' | 'createdAtMs'>;

function identityOf(pod: WirePod): Identity | undefined {
  const { metadata } = pod;
  const { namespace, name, uid, labels, creationTimestamp, deletionTimestamp } = metadata ?? {};
  if (namespace === undefined || name === undefined || uid === undefined) return undefined;
  return {
    key: `${namespace}/${name}`,
    uid,
    namespace,
    name,
    labels: firstLabels(labels),
    ending: deletionTimestamp !== undefined || isTerminatedByKubelet(pod),
    createdAtMs: timeOf(creationTimestamp) ?? 0,
  };
}

type Own = 'network' | 'namedPorts' | 'httpProbes' | 'heldDeletion' | 'drainAsked' | 'customWeight';
type Judged = Own | 'gate' | 'otherGateFalse' | 'ungated';

function stateOf(pod: WirePod): Omit<PodView, keyof Identity | Judged> {
  const { status } = pod;
  const ready = conditionOf(pod, 'ContainersReady');
  const containersReady = ready?.status === 'True';
  return {
    ...addressesOf(status),
    containersReady,
    containersReadyAtMs: containersReady ? timeOf(ready.lastTransitionTime) : undefined,
    finished: status?.phase === 'Succeeded' || status?.phase === 'Failed',
    containersGone: areGone(status?.containerStatuses),
  };
}

function networkOf(raw: unknown): PodNetwork {
  const facts = readPodFacts(raw);
  return 'problem' in facts ? 'unmarked' : podNetwork(facts);
}

/**
 * Node shutdown, node pressure and preemption set no deletionTimestamp. Kubernetes' own kubelet sends this condition
 * with the phase Failed, when the containers have stopped (1.36: mergePodStatus); whatever sends it earlier drains the
 * pod earlier. Other reasons announce a deletion that may not come: an eviction is refused, a taint removed.
 */
function isTerminatedByKubelet(pod: WirePod): boolean {
  const { status, reason } = conditionOf(pod, 'DisruptionTarget') ?? {};
  return status === 'True' && reason === 'TerminationByKubelet';
}

function heldDeletionOf(pod: WirePod): HeldDeletion | undefined {
  const { resourceVersion, deletionTimestamp } = pod.metadata ?? {};
  const asked = conditionOf(pod, heldDeletion.requested);
  if (asked?.status !== 'True' || deletionTimestamp !== undefined) return undefined;
  const answer = conditionOf(pod, heldDeletion.drained);
  const [sinceMs, answeredMs] = [timeOf(asked.lastTransitionTime) ?? 0, timeOf(answer?.lastTransitionTime) ?? 0];
  // An answer from before the request is about another one.
  return { sinceMs, answer: answeredMs >= sinceMs ? answer?.reason : undefined, resourceVersion };
}

const none: readonly string[] = [];

/** The API server sees to it that podIP is the first of podIPs. */
function addressesOf(status: WirePod['status']): Pick<PodView, 'ip' | 'moreIps'> {
  const ip = status?.podIP === '' ? undefined : status?.podIP;
  const more = (status?.podIPs ?? []).flatMap((one) => (one.ip === ip ? [] : [one.ip]));
  // Most pods have none: one empty list for all of them.
  return { ip, moreIps: more.length === 0 ? none : more };
}

function timeOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function conditionOf(pod: WirePod, type: string): Wire<V1PodCondition> | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

/** No status yet means that nothing is known, not that nothing runs. */
function areGone(statuses: readonly Wire<V1ContainerStatus>[] | undefined): boolean {
  return (
    statuses !== undefined && statuses.length > 0 && statuses.every(({ state }) => state?.terminated !== undefined)
  );
}

/**
 * As Kubernetes itself looks them up: sidecars (init containers that keep running) last, and of equal names the first.
 */
function namedPortsOf(spec: Wire<V1PodSpec> | undefined): Readonly<Record<string, number>> {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...(spec?.containers ?? []), ...sidecars].flatMap((container) => container.ports ?? []).reverse();
  const named = ports.flatMap(({ name, protocol, containerPort }) =>
    name === undefined ? [] : [[`${protocol ?? 'TCP'}/${name}`, containerPort] as const],
  );
  return Object.fromEntries(named.slice(-mostKept.ports));
}

function gateOf(pod: WirePod, gateType: string): PodView['gate'] {
  if (pod.spec?.readinessGates?.some(({ conditionType }) => conditionType === gateType) !== true) return 'absent';
  const condition = conditionOf(pod, gateType);
  if (condition === undefined) return 'unset';
  const status = condition.status === 'True' || condition.status === 'False' ? condition.status : 'Unknown';
  // Ours are shorter.
  const text = (written = '') => shortened(written, 2_000);
  return { status, reason: text(condition.reason), message: text(condition.message) };
}

/** A condition that nothing has written yet holds no pod back: its controller may not be there at all. */
function isOtherGateFalse(pod: WirePod, gateType: string): boolean {
  const others = (pod.spec?.readinessGates ?? []).filter(({ conditionType }) => conditionType !== gateType);
  return others.some(({ conditionType }) => conditionOf(pod, conditionType)?.status === 'False');
}
