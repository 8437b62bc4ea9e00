import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Endpoint, V1EndpointSlice, V1Pod } from '@kubernetes/client-node';
import { programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { get, kubeconfigPath, kubectlPath } from '../cluster.ts';
import { isReady } from '../pods.ts';
import { installNamespace, webhookPods } from './webhook-pods.ts';

/** Records what happens to the webhook's endpoints and pods, to explain lost admissions. */
export interface Timeline {
  /** Stops it. One line per change, sorted by time: the Service's endpoints, the pods, and the logs of the replicas. */
  stop(): Promise<readonly string[]>;
}

const everyMs = 200;
const slices = `/apis/discovery.k8s.io/v1/namespaces/${installNamespace}/endpointslices`;

export function startTimeline(api: KubeApi): Timeline {
  const stop = new AbortController();
  const lines: string[] = [];
  const logs = followLogs(lines);
  const watching = watch(api, { lines, follow: logs.follow }, stop.signal);
  return {
    async stop() {
      stop.abort();
      await watching;
      logs.stop();
      return lines.toSorted();
    },
  };
}

async function watch(
  api: KubeApi,
  { lines, follow }: { lines: string[]; follow: (pod: V1Pod) => void },
  signal: AbortSignal,
): Promise<void> {
  const last = new Map<string, string>();
  const note = (what: string, text: string) => {
    if (last.get(what) === text) return;
    last.set(what, text);
    lines.push(`${new Date().toISOString()} ${what}: ${text}`);
  };
  while (!signal.aborted) {
    // An API server that does not answer leaves a gap, and the tests judge it.
    const [endpoints, pods] = await Promise.all([
      readEndpoints(api).catch(() => 'unknown'),
      webhookPods(api).catch(() => []),
    ]);
    note('endpoints', endpoints);
    for (const pod of pods) {
      note(pod.metadata?.name ?? '', stateOf(pod));
      follow(pod);
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function readEndpoints(api: KubeApi): Promise<string> {
  const labelSelector = `kubernetes.io/service-name=${programName.webhook}`;
  const { items } = await get<{ items: V1EndpointSlice[] }>(api, slices, { labelSelector });
  const all = items.flatMap((slice): readonly (V1Endpoint | undefined)[] => slice.endpoints ?? []);
  return all.map(describeEndpoint).sort().join('; ') || 'none';
}

function describeEndpoint(endpoint: V1Endpoint | undefined): string {
  const conditions = endpoint?.conditions;
  const words = (['ready', 'serving', 'terminating'] as const).filter((word) => conditions?.[word] === true);
  return [endpoint?.addresses.join() ?? '', ...words].join(' ');
}

function stateOf(pod: V1Pod): string {
  const ready = isReady(pod) ? 'ready' : 'not ready';
  const end = pod.metadata?.deletionTimestamp === undefined ? [] : ['terminating'];
  return [pod.status?.podIP ?? 'no address', ready, ...end, ...containerOf(pod)].join(', ');
}

function containerOf({ status }: V1Pod): readonly string[] {
  const container = status?.containerStatuses?.[0];
  return container === undefined ? [] : [...Object.keys(container.state ?? {}), `${container.restartCount} restarts`];
}

/** Follows while the pods exist: the logs of a deleted pod are gone. */
function followLogs(lines: string[]): { follow: (pod: V1Pod) => void; stop: () => void } {
  const running = new Map<string, ChildProcess>();
  const since = new Date().toISOString();
  function follow({ metadata, status }: V1Pod): void {
    const name = metadata?.name ?? '';
    const runs = status?.containerStatuses?.some(({ state }) => state?.running !== undefined) ?? false;
    if (!runs || running.has(name)) return;
    const args = [
      '--kubeconfig',
      kubeconfigPath(),
      '-n',
      installNamespace,
      'logs',
      '-f',
      '--timestamps',
      `--since-time=${since}`,
    ];
    const child = spawn(kubectlPath(), [...args, name], { stdio: ['ignore', 'pipe', 'ignore'] });
    running.set(name, child);
    child.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') lines.push(line.replace(' ', ` ${name} logs: `));
    });
  }
  return { follow, stop: () => running.forEach((child) => child.kill()) };
}
