import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer } from './clb.ts';
import { connect } from './cluster.ts';
import { deleteNamespaces } from './delete-namespaces.ts';
import { deployment, namespaceOf, service } from './manifests.ts';
import { podsOf, untilReplicas } from './pods.ts';
import { apply, kubectl } from './run.ts';
import { until } from './until.ts';

interface Application {
  readonly namespace: string;
  readonly loadBalancerId: string;
  readonly vip: string;
}

/**
 * For the tests of a file: a Service whose application serves on after SIGTERM for longer than a new target takes to
 * become Alive.
 */
export function servingLong({ namespace, loadBalancerId, vip }: Application) {
  let api: KubeApi;
  const pods = async () => podsOf(api, namespace, 'web');

  async function roll(replicas: number, generation = ''): Promise<void> {
    const env = { STOP_DELAY_MS: '25000', GENERATION: generation };
    const spec = { terminationGracePeriodSeconds: 30 };
    await apply(deployment(namespace, replicas, { app: 'web', env, spec }));
  }

  async function uidsNow(): Promise<ReadonlySet<string>> {
    return new Set((await pods()).map(({ metadata }) => metadata?.uid ?? ''));
  }

  const untilReady = async (replicas: number, isNew?: (uid: string) => boolean) =>
    untilReplicas(api, { namespace, app: 'web', replicas }, isNew);

  beforeAll(async () => {
    api = await connect();
    await addLoadBalancer(loadBalancerId, vip);
    await apply(namespaceOf(namespace));
    await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  });

  afterEach(async () => {
    await kubectl(['-n', namespace, 'delete', 'deployment', 'web', '--wait=true']);
    // Nobody waits for their application any more: their containers end later, by themselves.
    await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--grace-period=0', '--force', '--wait=false']);
    await until('no pods', pods, (all) => all.length === 0, 120_000);
  });

  afterAll(async () => {
    await deleteNamespaces(api, namespace);
    await api.close();
  });

  return { api: () => api, pods, roll, uidsNow, untilReady };
}
