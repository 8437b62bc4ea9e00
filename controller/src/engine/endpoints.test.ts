import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SliceEndpoint } from '../core/model/related-objects.ts';
import { aNewService, aPod, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const slices = { kind: 'EndpointSlices', namespace: 'shop', name: 'web' } as const;
let world: World;
let looks: number;
beforeEach(() => {
  world = new World();
  looks = 0;
  world.clb.firstHealth = 'Alive';
  world.clb.before = (action) => void (looks += Number(action === 'describeListeners'));
  world.cluster.putService(aNewService({ selector: {} }));
});
afterEach(async () => passing(world.stop()));

type Listed = Partial<SliceEndpoint> & { readonly ip: string };

function list(...endpoints: readonly Listed[]): void {
  const ports = [{ name: '', protocol: 'TCP', port: 8080 }];
  const all = endpoints.map(({ ip, ready, terminating }) => ({ addresses: [ip], ready, terminating }));
  world.cluster.putRelated(slices, { slices: [{ service: 'shop/web', hasIps: true, ports, endpoints: all }] });
}

const one = { ip: '10.0.0.1' };
const two = { ip: '10.0.0.2' };
const outside = { ip: '172.16.0.9' };
const picture = () => world.clb.picture(clbId);
const tags = () => [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].map(({ tag }) => tag).toSorted();
const writes = () => world.clb.writes.length;
/** Runs a controller for so many looks. */
async function lookAgain(count: number): Promise<void> {
  const before = looks;
  await until(() => looks >= before + count);
}
const times = { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs: 50 };

test('What EndpointSlices list is bound, pods as pods, and no gate waits for it.', async () => {
  world.cluster.putPod(aPod({ labels: {} }));
  list(one, outside);
  world.start({ limits: { ...times, endpointNamespaces: ['shop'] } });
  await until(() => Object.keys(picture()).length === 2);
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 10, '80/172.16.0.9:8080': 10 });
  expect(tags()).toEqual(['uid-web', 'uid-web-1']);
  await until(() => world.cluster.gateOf('shop/web-1') === 'True NoLoadBalancerSelectsPod');
});

test('An address that no pod of the namespace has is not bound, and its owner is told.', async () => {
  world.cluster.putPod(aPod());
  world.cluster.putPod(aPod({ namespace: 'other', name: 'api-1', ip: '10.0.0.2' }));
  list(one, two, outside);
  world.start();
  await until(() => world.cluster.said('EndpointsNotBound') === 1);
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  expect(Object.keys(picture())).toHaveLength(1);
  // Its pod comes: the owner is looked at again, although its slices are the same.
  world.cluster.putPod(aPod({ name: 'web-9', ip: outside.ip }));
  await until(() => picture()['80/172.16.0.9:8080'] === 10);
});

test('An endpoint that terminates or is not ready drains while another serves; one that is gone leaves.', async () => {
  for (const [index, { ip }] of [one, two].entries()) world.cluster.putPod(aPod({ name: `web-${index + 1}`, ip }));
  list(one, two);
  world.start();
  await until(() => Object.values(picture()).join() === '10,10');
  list({ ...one, terminating: true }, two);
  await until(() => picture()['80/10.0.0.1:8080'] === 0);
  list(one, { ...two, ready: false });
  await until(() => Object.values(picture()).join() === '10,0');
  // The last one that the CLB sends to keeps its weight.
  list({ ...one, terminating: true }, { ...two, ready: false });
  await until(() => world.cluster.said('LastTargetsKept') === 1);
  expect(picture()['80/10.0.0.1:8080']).toBe(10);
  list(two);
  await until(() => Object.keys(picture()).join() === '80/10.0.0.2:8080');
  expect(picture()).toEqual({ '80/10.0.0.2:8080': 10 });
});

test('A pod that begins to end drains, although its endpoint says nothing of it.', async () => {
  for (const [index, { ip }] of [one, two].entries()) world.cluster.putPod(aPod({ name: `web-${index + 1}`, ip }));
  list(one, two);
  world.start();
  await until(() => Object.values(picture()).join() === '10,10');
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => picture()['80/10.0.0.1:8080'] === 0);
  world.cluster.changePod('shop/web-2', { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
  await until(() => world.cluster.said('LastTargetsKept') === 1);
});

test('A deletion that is held for a pod in EndpointSlices is answered once it is drained.', async () => {
  for (const [index, { ip }] of [one, two].entries()) world.cluster.putPod(aPod({ name: `web-${index + 1}`, ip }));
  list(one, two);
  world.start();
  await until(() => Object.values(picture()).join() === '10,10');
  world.cluster.changePod('shop/web-1', { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
  await until(() => world.cluster.deletionAnswers.includes('shop/web-1 drained WeightZero'));
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 0, '80/10.0.0.2:8080': 10 });
});

test('While EndpointSlices cannot be read, nothing is changed for their Service, after a restart too.', async () => {
  world.cluster.putPod(aPod());
  list(one);
  world.start();
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  await passing(world.stop());
  world.cluster.unread.set('EndpointSlices', 'pending');
  world.cluster.changeService('shop/web', {});
  const before = writes();
  world.start({ resyncMs: 30 });
  await lookAgain(12);
  expect(writes()).toBe(before);
  world.cluster.unread.clear();
  list(one, two);
  world.cluster.putPod(aPod({ name: 'web-2', ip: two.ip }));
  await until(() => picture()['80/10.0.0.2:8080'] === 10);
});

test('Where nobody may read EndpointSlices, their Service says so and makes no listener.', async () => {
  world.cluster.unread.set('EndpointSlices', 'unreadable');
  world.cluster.changeService('shop/web', {});
  world.start();
  await until(() => world.cluster.said('EndpointsUnreadable') > 0);
  expect(world.clb.balancers.get(clbId)?.listeners.size).toBe(0);
});

test('A Service that loses its selector keeps the pods that are listed for it then.', async () => {
  world.cluster.putPod(aPod());
  world.cluster.changeService('shop/web', { selector: { app: 'web' } });
  world.start({ resyncMs: 30 });
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  list(one);
  const before = writes();
  world.cluster.changeService('shop/web', { selector: {} });
  await lookAgain(2);
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
  expect(writes()).toBe(before);
});
