import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Load } from '@clb-direct/scripts/prove/figures.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, isReady, podsOf } from '../support/pods.ts';
import { askBy, namespaceOfProtocol } from '../support/protocols.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

const namespace = 'e2e-config';
const loadBalancerId = 'lb-config01';
const overlay = join(import.meta.dirname, '../../../manifests/tke-service-config');
const definition = 'tkeserviceconfigs.cloud.tencent.com';
const right = join(import.meta.dirname, '../../../manifests/components/tke-service-config-auto/rbac.yaml');
const ownConfig = 'web-auto-service-config';
const clbs = {
  http2: { id: 'lb-http0002', vip: '198.51.100.43' },
  grpc: { id: 'lb-grpc0001', vip: '198.51.100.44' },
  websocket: { id: 'lb-wsock001', vip: '198.51.100.45' },
} as const;
const protocols = ['http2', 'grpc', 'websocket'] as const;
let api: KubeApi;
let loads: Promise<readonly Load[]> | undefined;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, '198.51.100.77');
  await apply(namespaceOf(namespace));
  await apply(deployment(namespace, 1, { app: 'web' }));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace, ...protocols.map(namespaceOfProtocol));
  await kubectl(['delete', '-f', right, '--ignore-not-found']);
  await kubectl(['delete', 'crd', definition, '--ignore-not-found']);
  await api.close();
});

const annotate = async (...changes: readonly string[]) =>
  kubectl(['-n', namespace, 'annotate', '--overwrite', 'service', 'web', ...changes]);
const name = async (config: string) => annotate(`${annotation.serviceConfig}=${config}`);

async function configure(fields: object): Promise<void> {
  const spec = { loadBalancer: { l4Listeners: [{ protocol: 'TCP', port: 80, ...fields }] } };
  const metadata = { name: 'tuned', namespace };
  await apply({ apiVersion: 'cloud.tencent.com/v1alpha1', kind: 'TkeServiceConfig', metadata, spec });
}

/** As the API shows it to anybody. */
async function listener() {
  const { Listeners = [] } = await cloudClient().DescribeListeners({ LoadBalancerId: loadBalancerId });
  const one = Listeners.find(({ Port }) => Port === 80);
  const { HealthSwitch, IntervalTime, TimeOut, HealthNum, UnHealthNum } = one?.HealthCheck ?? {};
  const check = [HealthSwitch, IntervalTime, TimeOut, HealthNum, UnHealthNum];
  return { scheduler: one?.Scheduler, session: one?.SessionExpireTime, check };
}

async function told(reason: string, part: string): Promise<void> {
  await until(
    `an event ${reason} with "${part}"`,
    async () => (await eventsOf(api, namespace, 'web')).filter((event) => event.reason === reason),
    (all) => all.some(({ message = '' }) => message.includes(part)),
  );
}

const byDefault = { scheduler: 'WRR', session: 0, check: [1, 5, 2, 3, 3] };
const tuned = { scheduler: 'LEAST_CONN', session: 60, check: [1, 4, 2, 2, 5] };

test('A Service works although its config cannot be read, because no such kind is installed.', async () => {
  await name('tuned');
  await told('TkeServiceConfigNotFound', 'CustomResourceDefinition');
  await until(
    'a ready pod',
    async () => podsOf(api, namespace, 'web'),
    (pods) => pods.some(isReady),
  );
  expect(await listener()).toEqual(byDefault);
});

test("The definition is created once, and never replaces one that is there, such as TKE's.", async () => {
  await kubectl(['create', '-k', overlay]);
  await kubectl(['wait', '--for=condition=Established', `crd/${definition}`, '--timeout=60s']);
  await expect(kubectl(['apply', '-k', overlay])).rejects.toThrow(/UID|uid/);
  await expect(kubectl(['apply', '--server-side', '--force-conflicts', '-k', overlay])).rejects.toThrow(/UID|uid/);
  await expect(kubectl(['create', '-k', overlay])).rejects.toThrow('already exists');
});

test('What the config says is set on the listener, changed with it, and stays when it is named no more.', async () => {
  const healthCheck = { enable: true, intervalTime: 4, timeout: 2, healthNum: 2, unHealthNum: 5 };
  await configure({ scheduler: 'LEAST_CONN', session: { enable: true, sessionExpireTime: 60 }, healthCheck });
  await until('the settings', listener, (now) => JSON.stringify(now) === JSON.stringify(tuned));
  // The controller reads configs now: their pods come up while the next tests run.
  loads = Promise.all(protocols.map(async (protocol) => askBy(protocol, clbs[protocol])));
  loads.catch(() => undefined);
  await configure({ session: { enable: false }, healthCheck: { enable: true, intervalTime: 6 } });
  const changed = { scheduler: 'LEAST_CONN', session: 0, check: [1, 6, 2, 2, 5] };
  await until('the change', listener, (now) => JSON.stringify(now) === JSON.stringify(changed));
  await annotate(`${annotation.serviceConfig}-`);
  await configure({ scheduler: 'WRR' });
  await new Promise((done) => setTimeout(done, 5_000));
  expect(await listener()).toEqual(changed);
});

test('A wrong value is told with its path, and the others count.', async () => {
  await name('tuned');
  await configure({ scheduler: 'WRR', healthCheck: { enable: true, intervalTime: 1, unHealthNum: 4 } });
  await told('TkeServiceConfigMalformed', 'spec.loadBalancer.l4Listeners[0].healthCheck.intervalTime is 1; write');
  const changed = { scheduler: 'WRR', session: 0, check: [1, 6, 2, 2, 4] };
  await until('the others', listener, (now) => JSON.stringify(now) === JSON.stringify(changed));
});

interface Block {
  readonly port: number;
  readonly scheduler: string;
}

/** The blocks of the config that is made for the Service; undefined: there is none. */
async function blocks(): Promise<readonly Block[] | undefined> {
  const answer = await kubectl(['-n', namespace, 'get', definition, ownConfig, '--ignore-not-found', '-o', 'json']);
  if (answer === '') return undefined;
  const { spec } = JSON.parse(answer) as { spec: { loadBalancer: { l4Listeners: readonly Block[] } } };
  return spec.loadBalancer.l4Listeners;
}

const haveBlocks = async (...ports: readonly number[]) =>
  until(`blocks for ${ports.join(' and ')}`, blocks, (all) => all?.map(({ port }) => port).join() === ports.join());

const patch = async (kind: string, object: string, ...operations: readonly object[]) =>
  kubectl(['-n', namespace, 'patch', kind, object, '--type=json', '-p', JSON.stringify(operations)]);

test("The config that TKE's controller made for a Service is completed, once an administrator allows it.", async () => {
  const metadata = { name: ownConfig, namespace };
  const ofTke = {
    apiVersion: 'cloud.tencent.com/v1alpha1',
    kind: 'TkeServiceConfig',
    metadata,
    spec: { loadBalancer: {} },
  };
  await kubectl(['create', '--field-manager=service-controller', '-f', '-'], JSON.stringify(ofTke));
  await annotate(`${annotation.serviceConfig}-`, `${annotation.serviceConfigAuto}=true`);
  await told('TkeServiceConfigNotWritten', 'manifests/components/tke-service-config-auto');
  await kubectl(['apply', '-f', right]);
  const more = { name: 'more', port: 81, targetPort: 80, protocol: 'TCP' };
  await patch('service', 'web', { op: 'add', path: '/spec/ports/-', value: more });
  await haveBlocks(80, 81);
  expect((await blocks())?.map(({ scheduler }) => scheduler)).toEqual(['WRR', 'WRR']);
});

test('A Service that asks for it gets a config of its own.', async () => {
  await kubectl(['-n', namespace, 'delete', definition, ownConfig]);
  await haveBlocks(80, 81);
});

test('What people change in it counts, lives while ports go, and goes with the Service.', async () => {
  const path = '/spec/loadBalancer/l4Listeners/0/scheduler';
  await patch(definition, ownConfig, { op: 'replace', path, value: 'LEAST_CONN' });
  await until('the change', listener, ({ scheduler }) => scheduler === 'LEAST_CONN');
  await patch('service', 'web', { op: 'remove', path: '/spec/ports/1' });
  await haveBlocks(80);
  expect((await blocks())?.[0]?.scheduler).toBe('LEAST_CONN');
  await kubectl(['-n', namespace, 'delete', 'service', 'web', '--wait=false']);
  await until('no config', blocks, (all) => all === undefined);
});

test('Pods behind an Ingress are asked by HTTP/2 at its listener, by gRPC all the way, by WebSockets.', async () => {
  const all = (await loads) ?? [];
  expect(all.map(({ losses }) => losses)).toEqual(protocols.map(() => []));
  for (const { sent } of all) expect(sent).toBeGreaterThan(0);
});
