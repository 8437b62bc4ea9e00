import { afterAll, beforeAll, expect } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, listenersOf } from './clb.ts';
import { connect } from './cluster.ts';
import { deleteNamespaces } from './delete-namespaces.ts';
import { deployment, namespaceOf, service } from './manifests.ts';
import { eventsOf, untilReplicas } from './pods.ts';
import { apply, ask } from './run.ts';
import { until } from './until.ts';

interface Bystander {
  readonly namespace: string;
  readonly loadBalancerId: string;
  readonly vip: string;
}

/** For the tests of a file: a namespace with a Service that has nothing to do with the trouble of others. */
export function besideBystander({ namespace, loadBalancerId, vip }: Bystander) {
  let api: KubeApi;
  const untilReady = async (app: string, replicas: number) => untilReplicas(api, { namespace, app, replicas });
  const events = async (name: string) => eventsOf(api, namespace, name);

  async function start(app: string, id: string): Promise<void> {
    await apply(service(namespace, { name: app, app, loadBalancerId: id }));
    await apply(deployment(namespace, 1, { app }));
  }

  /** Waits for the event on the Service that says what is wrong. */
  async function untilEvent(name: string, reason: string, part = ''): Promise<void> {
    await until(
      `event ${reason} on ${name} with "${part}"`,
      async () => events(name),
      (all) => all.some((event) => event.reason === reason && event.message?.includes(part)),
    );
  }

  async function expectBystanderUnharmed(): Promise<void> {
    expect((await ask(vip)).pod).toMatch(/^bystander-/);
    const [listener] = await listenersOf(loadBalancerId);
    expect(listener?.targets).toMatchObject([{ weight: 10 }]);
  }

  beforeAll(async () => {
    api = await connect();
    await addLoadBalancer(loadBalancerId, vip);
    await apply(namespaceOf(namespace));
    await start('bystander', loadBalancerId);
    await untilReady('bystander', 1);
  });

  afterAll(async () => {
    await deleteNamespaces(api, namespace);
    await api.close();
  });

  return { events, expectBystanderUnharmed, start, untilEvent, untilReady };
}
