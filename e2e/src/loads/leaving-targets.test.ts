import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, listenersOf, type ClbTarget } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, isReady, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** How connections of a leaving target end, and what another writer changes meanwhile. */
const namespace = 'e2e-leaving';
const loadBalancerId = 'lb-leave001';
const vip = '198.51.100.66';
const drainSeconds = 8;
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace));
  await apply(deployment(namespace, 1, { app: 'blue' }));
  await apply(deployment(namespace, 1, { app: 'green' }));
  await apply(service(namespace, { name: 'web', app: 'blue', loadBalancerId }));
  await kubectl(['-n', namespace, 'annotate', 'service', 'web', `clb-direct.io/target-drain-seconds=${drainSeconds}`]);
  await serving('blue');
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

const listener = async () => (await listenersOf(loadBalancerId)).find(({ port }) => port === 80);
const targets = async () => (await listener())?.targets ?? [];
const isServing = ({ weight, health }: ClbTarget) => weight > 0 && health === 'Alive';
const ipOf = async (app: string) => (await podsOf(api, namespace, app)).find(isReady)?.status?.podIP;

async function serving(app: string): Promise<void> {
  const ip = await until(
    `a ready pod of ${app}`,
    async () => ipOf(app),
    (found) => found !== undefined,
  );
  await until(`${app} being served`, targets, (all) => all.some((one) => one.ip === ip && isServing(one)));
}

async function told(reason: string, part: string): Promise<void> {
  await until(
    `an event ${reason} with "${part}"`,
    async () => (await eventsOf(api, namespace, 'web')).filter((event) => event.reason === reason),
    (all) => all.some(({ message = '' }) => message.includes(part)),
  );
}

interface Held {
  readonly answers: number;
  readonly heldMs: number;
  readonly how: string;
}

async function held(): Promise<Held> {
  const script = resolve(import.meta.dirname, '../support/held-client.ts');
  const client = [process.execPath, '--disable-warning=ExperimentalWarning', script, vip, '80'];
  const { stdout } = await promisify(execFile)('ip', ['netns', 'exec', 'client', ...client], { timeout: 110_000 });
  return JSON.parse(stdout) as Held;
}

test('Blue/green loses no new connection; a kept one outlives the drain time and ends with RST.', async () => {
  const kept = held();
  await new Promise((done) => setTimeout(done, 1_000));
  const result = await underLoad(vip, 50, async () => {
    await kubectl(['-n', namespace, 'patch', 'service', 'web', '-p', '{"spec":{"selector":{"app":"green"}}}']);
    await serving('green');
    await until('blue at weight 0', targets, (all) => all.some(({ weight }) => weight === 0));
    await until('blue being off', targets, (all) => all.length === 1);
  });
  const { how, heldMs } = await kept;
  expect(how).toBe('ECONNRESET');
  expect(heldMs).toBeGreaterThan(drainSeconds * 1_000);
  expect(result.failures.filter((failure) => !failure.includes('kept connection'))).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
});

test('A weight and a target of another writer are undone and told, and no request is lost.', async () => {
  const { id: ListenerId = '' } = (await listener()) ?? {};
  const [green] = await targets();
  const stranger = (await ipOf('blue')) ?? '';
  const api = cloudClient();
  const at = { LoadBalancerId: loadBalancerId, ListenerId };
  const result = await underLoad(vip, 50, async () => {
    await api.ModifyTargetWeight({ ...at, Targets: [{ EniIp: green?.ip ?? '', Port: 80 }], Weight: 55 });
    await until('the weight', targets, (all) => all.some(({ weight }) => weight === 55));
    await until('the weight as before', targets, (all) => all.every(({ weight }) => weight === 10));
    await api.RegisterTargets({ ...at, Targets: [{ EniIp: stranger, Port: 80 }] });
    await until('the other target', targets, (all) => all.length === 2);
    await until('the other target being off', targets, (all) => all.length === 1);
  });
  await told('TargetWeightChanged', `${green?.ip ?? ''}:80 from 10 to 55`);
  await told('ForeignTarget', `${stranger}:80`);
  expect(result.failures.filter((failure) => !failure.includes('kept connection'))).toEqual([]);
});

test('A health check that is switched off under traffic is told and left, and no request is lost.', async () => {
  const { id: ListenerId = '' } = (await listener()) ?? {};
  const result = await underLoad(vip, 50, async () => {
    await cloudClient().ModifyListener({
      LoadBalancerId: loadBalancerId,
      ListenerId,
      HealthCheck: { HealthSwitch: 0 },
    });
    await told('HealthCheckOff', 'write annotation clb-direct.io/health-check: "on"');
  });
  expect(result.failures).toEqual([]);
  expect((await targets()).map(({ health }) => health)).toEqual(['Close']);
  await kubectl(['-n', namespace, 'annotate', 'service', 'web', 'clb-direct.io/health-check=on']);
  await until('the check passing', targets, (all) => all.length > 0 && all.every(({ health }) => health === 'Alive'));
});
