/**
 * Watches the pods of a rolling update until SIGTERM, then prints what became of them, and what the CLB was asked
 * meanwhile, as one JSON line. Runs inside the cluster's network: observe.ts KUBECONFIG NAMESPACE LABEL-SELECTOR
 */
import type { V1Pod } from '@kubernetes/client-node';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { pods as podsPath } from '@clb-direct/shared/kube/client/paths.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { adminUrl } from '../../stack/local-clb.ts';
import type { SeenPod } from './report.ts';

const [kubeconfigPath = '', namespace = 'default', labelSelector = ''] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const log = createLogger({ program: 'bench-rollout', level: 'error' });
const api = await connectKube({ kubeconfigPath, userAgent: 'clb-direct-bench', log });
const seen = new Map<string, SeenPod>();

function note(pod: V1Pod): void {
  const { metadata, status } = pod;
  const uid = metadata?.uid ?? '';
  const { ip, gateAtMs, endingAtMs } = seen.get(uid) ?? {};
  seen.set(uid, {
    ip: status?.podIP ?? ip,
    gateAtMs: gateAtMs ?? nowIf(isOpen(pod)),
    endingAtMs: endingAtMs ?? nowIf(metadata?.deletionTimestamp !== undefined),
  });
}

function isOpen({ status, spec }: V1Pod): boolean {
  const gates = (spec?.readinessGates ?? []).map(({ conditionType }) => conditionType);
  const open = new Set((status?.conditions ?? []).flatMap((one) => (one.status === 'True' ? [one.type] : [])));
  return gates.length > 0 && gates.every((type) => open.has(type));
}

function nowIf(is: boolean): number | undefined {
  return is ? Date.now() : undefined;
}

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(`${adminUrl}${path}`, { signal: AbortSignal.timeout(20_000) });
  return (await response.json()) as T;
}

try {
  for await (const { object } of api.watch({
    path: podsPath(namespace),
    query: { labelSelector },
    signal: stop.signal,
  })) {
    note(object as V1Pod);
  }
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
const { calls } = await ask<{ calls: unknown[] }>('/calls');
const { changes } = await ask<{ changes: unknown[] }>('/health-changes');
process.stdout.write(`${JSON.stringify({ calls, health: changes, pods: [...seen.values()] })}\n`);
await api.close();
