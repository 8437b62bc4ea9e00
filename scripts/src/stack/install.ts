import { join } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';

/** Installs both programs as users do and waits until they are ready. */
export async function install(cluster: Cluster, root: string, say: (line: string) => void): Promise<void> {
  const signal = AbortSignal.timeout(300_000);
  say('kubectl apply -k manifests/local');
  await cluster.kubectl(['apply', '-k', join(root, 'manifests/local')], { signal });
  for (const name of ['clb-direct-webhook', 'clb-direct-controller']) {
    await cluster.kubectl(['-n', 'clb-direct', 'rollout', 'status', `deployment/${name}`, '--timeout=240s'], {
      signal,
    });
  }
  await untilRegistered(cluster, signal);
}

/** The webhook registers itself once it serves; before that pods are created without their gate. */
async function untilRegistered(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const wait = ['wait', '--for=create', '--timeout=120s', 'mutatingwebhookconfiguration/clb-direct-pod-gate'];
  await cluster.kubectl(wait, { signal });
}
