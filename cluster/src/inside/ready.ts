import { addresses, type ClusterNode } from '../addresses.ts';
import { waitFor } from '../machine/wait-for.ts';
import type { Api } from './api.ts';
import { kubeProxyHealth } from './components/kube-proxy.ts';

const deadlineMs = 180_000;

/** What TKE's nodes offer besides CPU and memory, so that pods which ask for ENIs are scheduled. */
const eniResources = {
  'tke.cloud.tencent.com/eni-ip': '200',
  'tke.cloud.tencent.com/direct-eni': '20',
  'tke.cloud.tencent.com/sub-eni': '50',
} as const;

interface Node {
  spec: { taints?: unknown[] };
  status: { allocatable?: Record<string, string>; conditions?: { type: string; status: string }[] };
}

export interface Waiting {
  api: Api;
  signal: AbortSignal;
}

export async function apiServerReady(o: Waiting): Promise<void> {
  const probe = async () => ((await o.api.get('/readyz')) === 'ok' ? true : undefined);
  await waitFor('the API server', probe, { deadlineMs, signal: o.signal });
}

/** Adds the ENI resources as soon as the kubelet has registered its node. */
export async function offerEnis(node: string, o: Waiting): Promise<void> {
  const path = `/api/v1/nodes/${node}`;
  const probe = async () => ((await o.api.get<Node>(path)).status.allocatable === undefined ? undefined : true);
  await waitFor(`node ${node}`, probe, { deadlineMs, signal: o.signal });
  await o.api.patch(`${path}/status`, eniPatch());
}

/** The kubelet would copy capacity to allocatable by itself, but only at its next report. */
export function eniPatch() {
  return Object.entries(eniResources).flatMap(([resource, value]) =>
    ['capacity', 'allocatable'].map((list) => {
      return { op: 'add', path: `/status/${list}/${resource.replaceAll('/', '~1')}`, value };
    }),
  );
}

/** Ready, untainted, and offering ENIs: a pod that the documents describe would be scheduled here. */
export function isUsable(node: Node): boolean {
  const ready = node.status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
  const offers = Object.keys(eniResources).every((resource) => resource in (node.status.allocatable ?? {}));
  return ready && offers && (node.spec.taints ?? []).length === 0;
}

export async function nodeUsable(node: string, o: Waiting): Promise<void> {
  const probe = async () => (isUsable(await o.api.get<Node>(`/api/v1/nodes/${node}`)) ? true : undefined);
  await waitFor(`node ${node} Ready without taints`, probe, { deadlineMs, signal: o.signal });
}

export async function defaultServiceAccount(o: Waiting): Promise<void> {
  const probe = () => o.api.get<object>('/api/v1/namespaces/default/serviceaccounts/default');
  await waitFor('the ServiceAccount default', probe, { deadlineMs, signal: o.signal });
}

export async function proxyReady(node: ClusterNode, signal: AbortSignal): Promise<void> {
  const probe = async () => ((await fetch(kubeProxyHealth(node), { signal })).ok ? true : undefined);
  await waitFor(`kube-proxy of ${node.name}`, probe, { deadlineMs, signal });
}

export async function etcdReady(signal: AbortSignal): Promise<void> {
  const probe = async () => ((await fetch(`${addresses.etcd}/health`, { signal })).ok ? true : undefined);
  await waitFor('etcd', probe, { deadlineMs, everyMs: 20, signal });
}
