import type { V1Node, V1Taint } from '@kubernetes/client-node';
import type { NodeFacts } from '../../core/model/node.ts';

/** The cluster autoscaler's word for a node that it is about to take away (cloudprovider taints.go). */
const autoscalerTaint = 'ToBeDeletedByClusterAutoscaler';

/** A node writes its status every few minutes; nothing is kept that changes with that. */
export function toNodeFacts(raw: unknown): NodeFacts | undefined {
  const { metadata, spec, status } = raw as Partial<V1Node>;
  if (metadata?.name === undefined) return undefined;
  return {
    name: metadata.name,
    labels: metadata.labels ?? {},
    ...reported(status),
    cordoned: spec?.unschedulable === true,
    ending: metadata.deletionTimestamp !== undefined || isTaken(spec?.taints ?? []),
  };
}

/** What its kubelet and the cloud's controller write. */
function reported(status: V1Node['status']): Pick<NodeFacts, 'ips' | 'ready'> {
  const addresses = status?.addresses ?? [];
  const conditions = status?.conditions ?? [];
  return {
    ips: addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    ready: conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
  };
}

function isTaken(taints: readonly V1Taint[]): boolean {
  return taints.some(({ key }) => key === autoscalerTaint);
}
