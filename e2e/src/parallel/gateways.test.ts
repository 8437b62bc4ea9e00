import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Pod, V1Service } from '@kubernetes/client-node';
import { gateReason } from '@clb-direct/shared/domain/gate.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { pods as podsPath, service as servicePath } from '@clb-direct/shared/kube/client/paths.ts';
import { listenersOf } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { ciliumEnvoy, gatewayDeployment, gateways, type GatewayPods } from '../support/gateways.ts';
import { namespaceOf } from '../support/manifests.ts';
import { eventsOf, gateOf, gatesOf, isReady } from '../support/pods.ts';
import { apply, asClient, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The examples of gateways as they stand, with pods that have the ports and the probes of their charts. */
const examples = resolve(import.meta.dirname, '../../../manifests/examples/gateways');
const dummy = { name: 'cilium-gateway-web', namespace: 'default' };
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  const hostPods = gatewayDeployment(ciliumEnvoy, { hostNetwork: true });
  const pods = [...gateways.map((one) => gatewayDeployment(one)), hostPods];
  const items = [...gateways.map(({ namespace }) => namespaceOf(namespace)), ...pods];
  await apply({ apiVersion: 'v1', kind: 'List', items });
  await kubectl(['apply', '-f', examples]);
});

afterAll(async () => {
  await kubectl(['-n', ciliumEnvoy.namespace, 'delete', 'deployment', ciliumEnvoy.name, '--ignore-not-found']);
  await kubectl(['delete', '--wait=true', '-f', examples, '--ignore-not-found']);
  await deleteNamespaces(api, ...gateways.map(({ namespace }) => namespace));
  await api.close();
});

async function podOf({ namespace, labels }: GatewayPods): Promise<V1Pod | undefined> {
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join();
  return (await get<{ items: V1Pod[] }>(api, podsPath(namespace), { labelSelector })).items[0];
}

const serviceOf = async ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
  get<V1Service>(api, servicePath(namespace, name));

/** One datagram from the internet's side, and what comes back. */
const udpClient = `
  const [, vip, port] = process.argv;
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (text) => (console.log(String(text)), socket.close())).send('?', Number(port), vip);
  setTimeout(() => process.exit(1), 3000).unref();
`;

async function ask(protocol: 'TCP' | 'UDP', vip: string, port: number): Promise<unknown> {
  const command =
    protocol === 'TCP'
      ? ['curl', '-sS', '--max-time', '5', `http://${vip}:${port}/`]
      : [process.execPath, '-e', udpClient, vip, String(port)];
  return JSON.parse(await asClient(command));
}

test.each(gateways)('The pod of $name gets its gate, and it opens.', async (gateway) => {
  const pod = await until(
    'a ready pod',
    async () => podOf(gateway),
    (one) => one !== undefined && isReady(one),
  );
  expect(pod && gatesOf(pod)).toHaveLength(1);
  // A CLB finds out about a UDP port by a ping of the pod only.
  const isPinged = gateway.answers.some(([protocol]) => protocol === 'UDP');
  const reason = isPinged ? gateReason.pingOnly : gateReason.healthy;
  expect(pod && gateOf(pod)).toMatchObject({ status: 'True', reason });
});

test.each(gateways)(
  'The VIP of $name answers at each port, from that of the pod, which sees the client.',
  async (one) => {
    const vip = (await serviceOf(one)).status?.loadBalancer?.ingress?.[0]?.ip ?? '';
    const pod = (await podOf(one))?.metadata?.name;
    for (const [protocol, port, podPort] of one.answers) {
      expect([protocol, port, await ask(protocol, vip, port)]).toEqual([
        protocol,
        port,
        { pod, port: podPort, client: '203.0.113.10' },
      ]);
    }
  },
);

test("Nothing is bound at the dummy endpoint of Cilium's Gateway, and an event says what to do.", async () => {
  const told = await until(
    'the event',
    async () => (await eventsOf(api, dummy.namespace, dummy.name)).find(({ reason }) => reason === 'EndpointsNotBound'),
    (event) => event !== undefined,
  );
  expect(told?.message).toContain('192.192.192.192');
  const id = (await serviceOf(dummy)).metadata?.annotations?.[annotation.loadBalancerId] ?? '';
  expect((await listenersOf(id)).map(({ port, targets }) => [port, targets])).toEqual([[80, []]]);
});

test("The Service of Cilium's Envoy says by which setting its pods, in the host network, are targets.", async () => {
  const told = await until(
    'the event',
    async () =>
      (await eventsOf(api, ciliumEnvoy.namespace, ciliumEnvoy.name)).find(({ reason }) => reason === 'NoPodFits'),
    (event) => event !== undefined,
  );
  expect(told?.message).toContain('HOST_NETWORK_TARGETS');
});
