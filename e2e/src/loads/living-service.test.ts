import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { namespaceOf, podTemplate, service } from '../support/manifests.ts';
import { ipv4OfNodes } from '../support/nodes.ts';
import { eventsOf, gateOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { until } from '../support/until.ts';

/** What people write on a Service that serves already: weights, modes, other targets, more ports than its CLB takes. */
const namespace = 'e2e-living';
const loadBalancerId = 'lb-living01';
const vip = '198.51.100.91';
const full = 'lb-living02';
let api: KubeApi;

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await addLoadBalancer(full, '198.51.100.92');
  await apply(namespaceOf(namespace));
  await apply(service(namespace, { name: 'web', app: 'web', loadBalancerId }));
  await apply(statefulSet());
  await until('two ready pods', pods, (all) => all.length === 2 && all.every(isReady));
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

/** Its pods are web-0 and web-1. */
function statefulSet() {
  const template = podTemplate({ app: 'web', env: { STOP_DELAY_MS: '0' } });
  const selector = { matchLabels: { app: 'web' } };
  const spec = { replicas: 2, serviceName: 'web', podManagementPolicy: 'Parallel', selector, template };
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web', namespace }, spec };
}

const pods = async () => living(await podsOf(api, namespace, 'web'));
const podNamed = async (name: string) => (await pods()).find(({ metadata }) => metadata?.name === name);
const inNamespace = async (...args: readonly string[]) => kubectl(['-n', namespace, ...args]);
const annotate = async (...args: readonly string[]) => inNamespace('annotate', '--overwrite', ...args);

async function told(name: string, reason: string, part = ''): Promise<void> {
  await until(
    `an event ${reason} on ${name}`,
    async () => eventsOf(api, namespace, name),
    (all) => all.some((event) => event.reason === reason && event.message?.includes(part)),
  );
}

/** Pods that are served, with their weights; an address that is no living pod's is shown as it is. */
async function weights(): Promise<Readonly<Record<string, number>>> {
  const names = new Map((await pods()).map(({ metadata, status }) => [status?.podIP, metadata?.name]));
  const targets = (await listenersOf(loadBalancerId)).flatMap((listener) => listener.targets);
  return Object.fromEntries(targets.map(({ ip, weight }) => [names.get(ip) ?? ip, weight]));
}

const untilWeights = async (zero: number, one: number) => untilAll({ 'web-0': zero, 'web-1': one });

async function untilAll(wanted: Readonly<Record<string, number>>): Promise<void> {
  const isSo = (seen: Readonly<Record<string, number>>) =>
    Object.keys(seen).length === Object.keys(wanted).length &&
    Object.entries(wanted).every(([name, weight]) => seen[name] === weight);
  await until(`weights ${JSON.stringify(wanted)}`, weights, isSo);
}

test('Weights of the Service and of a pod come to the CLB, and go with their annotations.', async () => {
  await untilWeights(10, 10);
  const before = await newestCall();
  const ofSet = { name: 'web', weights: [{ weight: 30, podIndexes: [0, 1] }] };
  const groups = [{ key: { proto: 'TCP', port: 80 }, statefulSets: [ofSet] }];
  await annotate('service', 'web', `${annotation.targetWeights}=${JSON.stringify({ groups })}`);
  await untilWeights(30, 30);
  await annotate('pod', 'web-1', `${annotation.customWeight}=0`);
  await untilWeights(30, 0);
  await annotate('service', 'web', `${annotation.targetWeights}-`);
  await untilWeights(10, 0);
  await annotate('pod', 'web-1', `${annotation.customWeight}-`);
  await untilWeights(10, 10);
  const writes = (await callsSince(before)).filter((call) => call.write && call.loadBalancerId === loadBalancerId);
  expect(new Set(writes.map(({ action }) => action))).toEqual(new Set(['BatchModifyTargetWeight']));
});

test('While a Service is skipped its CLB stays as it is, and its new pods wait for nothing.', async () => {
  await annotate('service', 'web', `${annotation.mode}=skip`);
  await told('web', 'Skipped');
  const [before, from, old] = [await listenersOf(loadBalancerId), await newestCall(), await podNamed('web-0')];
  await inNamespace('delete', 'pod', 'web-0');
  const successor = await until(
    'a ready successor',
    async () => podNamed('web-0'),
    (pod) => pod !== undefined && pod.metadata?.uid !== old?.metadata?.uid && isReady(pod),
  );
  expect(successor === undefined ? undefined : gateOf(successor)?.reason).toBe('Skipped');
  const addresses = (all: typeof before) =>
    all.map(({ id, targets }) => [id, targets.map(({ ip, weight }) => [ip, weight])]);
  expect(addresses(await listenersOf(loadBalancerId))).toEqual(addresses(before));
  const writes = (await callsSince(from)).filter((call) => call.write && call.loadBalancerId === loadBalancerId);
  expect(writes).toEqual([]);
});

test('When it is skipped no more, its CLB gets the pods that there are.', async () => {
  await annotate('service', 'web', `${annotation.mode}-`);
  await untilWeights(10, 10);
});

test('Under load its targets become nodes and then pods again, and no request is lost.', async () => {
  const onService = async (...values: readonly string[]) => annotate('service', 'web', ...values);
  const selector = `${annotation.nodeSelector}=kubernetes.io/hostname notin (another)`;
  const ips = await ipv4OfNodes();
  const nodes = (weight: number) => Object.fromEntries(ips.map((ip) => [ip, weight]));
  const all = (weight: number) => ({ 'web-0': weight, 'web-1': weight });
  const result = await underLoad(vip, 50, async () => {
    // A connection that lives longer than the drain time is cut, so the load ends before that.
    const kept = `${annotation.targetDrainSeconds}=600`;
    await onService(kept, selector, `${annotation.managed}=true`, `${annotation.directAccess}=false`);
    await untilAll({ ...nodes(10), ...all(0) });
    await sleep(2_000);
    await onService(`${annotation.directAccess}=true`);
    await untilAll({ ...nodes(0), ...all(10) });
    await sleep(1_000);
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(50);
  await onService(`${annotation.targetDrainSeconds}=1`);
  await untilWeights(10, 10);
});

/** The quota is 50 listeners on a CLB. */
async function fillButFor(left: number): Promise<void> {
  const Ports = Array.from({ length: 50 - left }, (_, index) => 1_000 + index);
  await cloudClient().CreateListener({ LoadBalancerId: full, Ports, Protocol: 'TCP' });
  await until(
    'the listeners of somebody else',
    async () => listenersOf(full),
    (all) => all.length === Ports.length,
  );
}

const portsOfOurs = async () => (await listenersOf(full)).map(({ port }) => port).filter((port) => port < 1_000);

test('Of two ports the one that fits the quota is served, and the other takes its place when it goes.', async () => {
  await fillButFor(1);
  const { spec, metadata, ...rest } = service(namespace, { name: 'two', app: 'web', loadBalancerId: full });
  const annotations = { ...metadata.annotations, [annotation.targetDrainSeconds]: '1' };
  const ports = [80, 81].map((port) => ({ name: `p${port}`, port, targetPort: 80 }));
  await apply({ ...rest, metadata: { ...metadata, annotations }, spec: { ...spec, ports } });
  await told('two', 'QuotaReached');
  const served = async () => (await listenersOf(full)).find(({ port }) => port === 80)?.targets ?? [];
  await until('the port that fits', served, (all) => all.filter(({ health }) => health === 'Alive').length === 2);
  expect(await portsOfOurs()).toEqual([80]);
  await inNamespace('patch', 'service', 'two', '--type=json', '-p', '[{"op":"remove","path":"/spec/ports/0"}]');
  await until('the other port in its place', portsOfOurs, (seen) => seen.join() === '81');
});
