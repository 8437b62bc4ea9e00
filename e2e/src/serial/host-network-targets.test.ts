import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { V1Service } from '@kubernetes/client-node';
import { annotation, programName } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { service as servicePath } from '@clb-direct/shared/kube/client/paths.ts';
import { installNamespace } from '../support/admissions/webhook-pods.ts';
import { listenersOf } from '../support/clb.ts';
import { connect, get } from '../support/cluster.ts';
import { ciliumEnvoy, gatewayDeployment } from '../support/gateways.ts';
import { apply, asClient, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** The setting is that of every Service, so nothing else runs beside this. */
const example = resolve(import.meta.dirname, '../../../manifests/examples/gateways/cilium.yaml');
const controller = ['-n', installNamespace, 'set', 'env', `deployment/${programName.controller}`];
const { name, namespace } = ciliumEnvoy;
const nodeIps = ['10.0.0.10', '10.0.0.11'];
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await kubectl([...controller, 'HOST_NETWORK_TARGETS=true']);
  await apply(gatewayDeployment({ ...ciliumEnvoy, otherPorts: [9878, 8080] }, { hostNetwork: true }));
  await kubectl(['apply', '-f', example]);
});

afterAll(async () => {
  await kubectl(['-n', namespace, 'delete', 'deployment', name, '--ignore-not-found']);
  await kubectl(['delete', '--wait=true', '-f', example, '--ignore-not-found']);
  await kubectl([...controller, 'HOST_NETWORK_TARGETS-']);
  await api.close();
});

test("With the setting the pods of Cilium's Envoy are targets at their nodes' addresses, and answer.", async () => {
  const read = async () => get<V1Service>(api, servicePath(namespace, name));
  const { metadata, status } = await until(
    'an address',
    read,
    (one) => one.status?.loadBalancer?.ingress !== undefined,
  );
  const id = metadata?.annotations?.[annotation.loadBalancerId] ?? '';
  const targets = await until(
    'a target that is Alive',
    async () => (await listenersOf(id)).flatMap((one) => one.targets),
    (all) => all.some(({ health }) => health === 'Alive'),
  );
  expect(targets).toEqual([expect.objectContaining({ port: 8080, weight: 10 })]);
  expect(nodeIps).toContain(targets[0]?.ip);
  const vip = status?.loadBalancer?.ingress?.[0]?.ip ?? '';
  const answer: unknown = JSON.parse(await asClient(['curl', '-sS', '--max-time', '5', `http://${vip}:80/`]));
  expect(answer).toMatchObject({ port: 8080, client: '203.0.113.10' });
});
