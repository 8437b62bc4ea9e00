import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { addLoadBalancer, callsSince, listenersOf, newestCall, type ClbTarget } from '../support/clb.ts';
import { cloudClient } from '../support/cloud-client.ts';
import { connect } from '../support/cluster.ts';
import { deleteNamespaces } from '../support/delete-namespaces.ts';
import { underLoad } from '../support/load.ts';
import { deployment, namespaceOf, service } from '../support/manifests.ts';
import { eventsOf, isReady, living, podsOf } from '../support/pods.ts';
import { apply, kubectl } from '../support/run.ts';
import { carriersAt, finished } from '../support/tke-balancer.ts';
import { until } from '../support/until.ts';

/**
 * A listener that a person made, with targets of two clusters. The other cluster's are pods of this one that no Service
 * selects, registered under the tag that its controller would write.
 */
const namespace = 'e2e-existing';
const loadBalancerId = 'lb-exist001';
const vip = '198.51.100.81';
const otherCluster = 'cls-other001';
const at = { LoadBalancerId: loadBalancerId };
const check = { HealthSwitch: 1, IntervalTime: 3, TimeOut: 2, HealthNum: 2, UnHealthNum: 2 };
let api: KubeApi;
let listenerId = '';

beforeAll(async () => {
  api = await connect();
  await addLoadBalancer(loadBalancerId, vip);
  await apply(namespaceOf(namespace));
  await apply(deployment(namespace, 2, pod('other')));
  await untilReady('other', 2);
  await cloudClient().CreateListener({
    ...at,
    Ports: [80],
    Protocol: 'TCP',
    ListenerNames: ['made-by-terraform'],
    HealthCheck: check,
  });
  const [made] = await until(
    'the listener',
    async () => listenersOf(loadBalancerId),
    (all) => all.length === 1,
  );
  listenerId = made?.id ?? '';
});

afterAll(async () => {
  await deleteNamespaces(api, namespace);
  await api.close();
});

/** It serves on after SIGTERM for longer than a weight takes to be written. */
function pod(app: string) {
  return { app, env: { STOP_DELAY_MS: '8000' } };
}

async function untilReady(app: string, replicas: number): Promise<void> {
  await until(
    `${replicas} ready pods of ${app}`,
    async () => living(await podsOf(api, namespace, app)),
    (pods) => pods.length === replicas && pods.every(isReady),
    300_000,
  );
}

const targets = async () => (await listenersOf(loadBalancerId)).flatMap((listener) => listener.targets);
const isOthers = ({ tag = '' }: ClbTarget) => tag.startsWith(`clb-direct_${otherCluster}_`);
const ours = async () => (await targets()).filter((target) => !isOthers(target));
const others = async () => (await targets()).filter(isOthers);
const settings = async () => (await cloudClient().DescribeListeners({ ...at })).Listeners;
const addressesOf = async (app: string) => (await podsOf(api, namespace, app)).map(({ status }) => status?.podIP ?? '');
const scale = async (replicas: number) =>
  kubectl(['-n', namespace, 'scale', 'deployment', 'web', `--replicas=${replicas}`]);

/** A rule that a person made, and the targets that stand there. */
async function ruleByHand() {
  const rule = { Domain: 'site.example', Url: '/', HealthCheck: check };
  const made = await cloudClient().CreateListener({ ...at, Ports: [81], Protocol: 'HTTP', ListenerNames: ['site'] });
  await finished(made);
  const on = { ...at, ListenerId: made.ListenerIds?.[0] ?? '' };
  const { LocationIds } = await cloudClient().CreateRule({ ...on, Rules: [rule] });
  const id = LocationIds?.[0] ?? '';
  return { place: `${on.ListenerId}/${id}`, carriers: async () => carriersAt(loadBalancerId, on.ListenerId, id) };
}

/** As the other cluster's controller does it, but by the actions that ours does not use. */
async function asOtherCluster(action: 'RegisterTargets' | 'ModifyTargetWeight', weight: number): Promise<void> {
  const pods = await podsOf(api, namespace, 'other');
  const all = pods.map(({ metadata, status }) => {
    const Tag = `clb-direct_${otherCluster}_${metadata?.uid ?? ''}`;
    return { EniIp: status?.podIP ?? '', Port: 80, Weight: weight, ...(action === 'RegisterTargets' ? { Tag } : {}) };
  });
  await cloudClient()[action]({ ...at, ListenerId: listenerId, Targets: all });
}

function mapped(value: string) {
  const made = service(namespace, { name: 'web', app: 'web', loadBalancerId, port: 8080 });
  const own = { [annotation.existingListeners]: value, [annotation.targetDrainSeconds]: '5' };
  const annotations = { ...made.metadata.annotations, ...own };
  return { ...made, metadata: { ...made.metadata, annotations } };
}

test('A listener that is not there is told, and the pods wait at their gates.', async () => {
  await apply(mapped('8080=lbl-nothere'));
  await apply(deployment(namespace, 2, pod('web')));
  const events = await until(
    'the event',
    async () => eventsOf(api, namespace, 'web'),
    (all) => all.some(({ reason }) => reason === 'ListenerNotFound'),
    120_000,
  );
  expect(events.find(({ reason }) => reason === 'ListenerNotFound')?.message).toContain('no listener lbl-nothere');
  expect((await podsOf(api, namespace, 'web')).some(isReady)).toBe(false);
});

test('A Service comes to a listener of somebody else, beside the targets of another cluster.', async () => {
  await asOtherCluster('RegisterTargets', 10);
  await until(
    'their health',
    others,
    (all) => all.length === 2 && all.every(({ health }) => health === 'Alive'),
    60_000,
  );
  const [before, theirs] = [await settings(), await others()];
  const result = await underLoad(vip, 50, async () => {
    await apply(mapped(`8080=${listenerId}`));
    await untilReady('web', 2);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  });
  expect(result.failures).toEqual([]);
  expect(new Set(Object.keys(result.pods).map((name) => name.split('-')[0]))).toEqual(new Set(['other', 'web']));
  expect((await ours()).map(({ ip }) => ip).toSorted()).toEqual((await addressesOf('web')).toSorted());
  expect(await others()).toEqual(theirs);
  expect(await settings()).toEqual(before);
});

test('A service moves to the other cluster and back, and no request is lost.', async () => {
  const [before, theirs, from] = [await settings(), await others(), await newestCall()];
  const result = await underLoad(vip, 100, async () => {
    await scale(0);
    await until('our targets being off', ours, (all) => all.length === 0, 120_000);
    expect(await others()).toEqual(theirs);
    await scale(2);
    await untilReady('web', 2);
    await asOtherCluster('ModifyTargetWeight', 0);
    await until('their weight', others, (all) => all.every(({ weight }) => weight === 0), 30_000);
    await new Promise((resolve) => setTimeout(resolve, 8_000));
  });
  expect(result.failures).toEqual([]);
  expect(result.ok).toBeGreaterThan(500);
  expect((await others()).map(({ weight }) => weight)).toEqual([0, 0]);
  // A pod that a busy machine lets fail its probe has weight 0 for a moment.
  await until(
    'both of ours to serve',
    ours,
    (all) => all.length === 2 && all.every(({ weight, health }) => weight === 10 && health === 'Alive'),
    30_000,
  );
  expect(await settings()).toEqual(before);
  const writes = (await callsSince(from)).filter((call) => call.write && call.loadBalancerId === loadBalancerId);
  const own = writes.filter(({ action }) => action !== 'ModifyTargetWeight');
  const kinds = new Set(['BatchRegisterTargets', 'BatchModifyTargetWeight', 'BatchDeregisterTargets']);
  expect(own.filter(({ action }) => !kinds.has(action))).toEqual([]);
  const addresses = await addressesOf('other');
  expect(own.filter(({ request }) => addresses.some((ip) => JSON.stringify(request).includes(`"${ip}"`)))).toEqual([]);
});

test('A deleted Service takes only its own targets along.', async () => {
  const theirs = await others();
  await kubectl(['-n', namespace, 'delete', 'service', 'web', '--wait=true', '--timeout=120s']);
  expect(await ours()).toEqual([]);
  expect(await others()).toEqual(theirs);
  expect((await listenersOf(loadBalancerId)).map(({ name }) => name)).toEqual(['made-by-terraform']);
});

test('A Service comes to one rule of an HTTP listener of somebody else, and leaves it again.', async () => {
  const { place, carriers } = await ruleByHand();
  await apply(mapped(`8080=${place}`));
  const addresses = await addressesOf('web');
  await until(
    'the pods at the rule',
    carriers,
    (all) =>
      all.join() ===
      addresses
        .map((ip) => `${ip}:80`)
        .toSorted()
        .join(),
    60_000,
  );
  await kubectl(['-n', namespace, 'delete', 'service', 'web', '--wait=true', '--timeout=120s']);
  expect(await carriers()).toEqual([]);
  expect((await listenersOf(loadBalancerId)).map(({ name }) => name).toSorted()).toEqual(['made-by-terraform', 'site']);
});
