import { plainCluster, startOwnCluster, surroundingsFrom, type OwnCluster } from '@clb-direct/cluster/cluster.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { prepareMachine } from '../stack/prepare-machine.ts';
import { bringUpStack } from '../stack/stack.ts';

/** The CLB checks health this many times as often as in the cloud, so that tests take minutes, not hours. */
const probeSpeed = 5;

const emulatorFlags = ['--probe-speed', String(probeSpeed), '--switches', 'anyCertificate=true'] as const;

/** A cluster with everything installed, for whole-system tests. */
export interface OwnStack {
  readonly cluster: OwnCluster;
  /** The variables by which the tests find the cluster. */
  readonly env: Readonly<Record<string, string>>;
}

/** Does something on a cluster of its own, which ends with this process whatever happens. */
export async function onOwnStack<T>(
  { name, nodes = 1, signal }: { readonly name: string; readonly nodes?: 1 | 2; readonly signal: AbortSignal },
  work: (stack: OwnStack) => Promise<T>,
): Promise<T> {
  const surroundings = surroundingsFrom(process.env);
  prepareMachine(surroundings, say);
  const request = { ...plainCluster, name, nodes, audit: true, dualStack: true };
  const cluster = await startOwnCluster({ request, surroundings, say, signal });
  try {
    await bringUpStack({ cluster, say, signal, emulatorFlags });
    return await work({ cluster, env: variablesOf(cluster) });
  } finally {
    await cluster.stop();
  }
}

function variablesOf(cluster: OwnCluster): OwnStack['env'] {
  return {
    CLB_DIRECT_KUBECONFIG: cluster.kubeconfig,
    CLB_DIRECT_KUBECTL: cluster.kubectlCommand([]).find((word) => word.endsWith('/kubectl')) ?? 'kubectl',
    CLB_DIRECT_AUDIT_LOG: cluster.auditLog,
  };
}
