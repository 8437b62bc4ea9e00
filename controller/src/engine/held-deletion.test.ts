import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aLister } from '../testing/a-lister.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const lostAnswer = apiError('transient', 'Timeout', 'the answer was lost');
const weightOf = (number: number) => world.clb.picture(clbId)[`80/10.0.0.${number}:8080`];
const addPod = (number: number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
const ask = (number: number, sinceMs = Date.now()) =>
  world.cluster.changePod(`shop/web-${number}`, { heldDeletion: { sinceMs, answer: undefined } });

async function serving(pods: readonly number[], service: Partial<ServiceFacts> = {}): Promise<void> {
  world.cluster.putService(aNewService(service));
  pods.forEach(addPod);
  world.start();
  await until(() => pods.every((number) => world.cluster.gateOf(`shop/web-${number}`).startsWith('True')));
}

test('A pod whose deletion is held gets weight 0, and the answer comes when the CLB shows it.', async () => {
  await serving([1, 2]);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect(weightOf(1)).toBe(0);
  expect(weightOf(2)).toBe(10);
  expect(world.cluster.deletionAnswers).toEqual(['shop/web-1 drained WeightZero']);
});

test('The answer does not come before the write has ended.', async () => {
  await serving([1, 2]);
  const write = Promise.withResolvers<undefined>();
  world.clb.before = async (action) => (action === 'setWeight' ? write.promise : undefined);
  ask(1);
  await passMs(60);
  world.cluster.putPod(aPod({ name: 'web-3', ip: '10.0.0.3' }));
  await passMs(60);
  expect(world.cluster.deletionAnswers).toEqual([]);
  write.resolve(undefined);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect(weightOf(1)).toBe(0);
});

test.each(['of ours', 'that somebody else made'])(
  'A weight 0 that the CLB confirms and loses at a listener %s is no answer; it is written again.',
  async (listener) => {
    const id = 'lbl-team';
    if (listener !== 'of ours') world.clb.addListener(clbId, { id, name: 'by-terraform', protocol: 'TCP', port: 80 });
    await serving([1, 2], listener === 'of ours' ? {} : { existingListeners: `80=${id}` });
    let lost = 2;
    const setWeight = world.clb.setWeight.bind(world.clb);
    world.clb.setWeight = async (...args) => ((lost -= 1) < 0 ? setWeight(...args) : undefined);
    ask(1);
    await until(() => world.cluster.deletionAnswers.length > 0);
    expect([weightOf(1), weightOf(2), lost]).toEqual([0, 10, -1]);
  },
);

test('An answer waits for a write that was lost before, and that may still give the pod weight.', async () => {
  await serving([1, 2]);
  ask(1, Date.now() - 59_800);
  await until(() => weightOf(1) === 0);
  const setWeight = world.clb.setWeight.bind(world.clb);
  const late = Promise.withResolvers<undefined>();
  let writes = 0;
  // As a CLB does its changes one after another.
  world.clb.setWeight = async (...about) => {
    if ((writes += 1) > 1) return late.promise.then(async () => setWeight(...about));
    void late.promise.then(async () => setWeight(...about));
    return Promise.reject(lostAnswer);
  };
  await until(() => writes > 0);
  ask(1);
  const before = world.cluster.deletionAnswers.length;
  await passMs(3_000);
  expect(world.cluster.deletionAnswers.slice(before)).toEqual([]);
  late.resolve(undefined);
  await until(() => world.cluster.deletionAnswers.length > before, 10_000);
  expect([world.cluster.deletionAnswers.slice(before), weightOf(1)]).toEqual([['shop/web-1 drained WeightZero'], 0]);
});

test.each([
  ['and nothing else is to be done', 1],
  ['and the weight 0 that follows is lost too', 2],
])('It comes also where such a write was lost long before, %s.', async (_, lost) => {
  await serving([1, 2]);
  const setReady = (containersReady: boolean) => world.cluster.changePod('shop/web-1', { containersReady });
  setReady(false);
  await until(() => weightOf(1) === 0);
  const setWeight = world.clb.setWeight.bind(world.clb);
  let left = lost;
  world.clb.setWeight = async (...about) => {
    left -= 1;
    if (left < 0) return setWeight(...about);
    setReady(false);
    return Promise.reject(lostAnswer);
  };
  setReady(true);
  await passMs(3_000);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0, 10_000);
  expect([world.cluster.deletionAnswers, weightOf(1)]).toEqual([['shop/web-1 drained WeightZero'], 0]);
});

test('The answer comes soon after the write has ended, with one answer about health and no look.', async () => {
  await serving([1, 2]);
  await passing(world.stop());
  const calls: string[] = [];
  world.clb.before = async (action) => {
    calls.push(action);
    if (action === 'setWeight') await new Promise((resolve) => setTimeout(resolve, 60));
  };
  world.start({ recheckMs: 60_000 });
  await until(() => calls.includes('describeTargets'));
  await passMs(60);
  calls.length = 0;
  const askedAtMs = performance.now();
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect([weightOf(1), weightOf(2)]).toEqual([0, 10]);
  expect(calls).toEqual(['setWeight', 'describeHealth']);
  expect(performance.now() - askedAtMs).toBeLessThan(1_000);
});

test('A look whose plan lowers the target gives no answer before that is written.', async () => {
  await serving([1, 2]);
  await passing(world.stop());
  const write = Promise.withResolvers<undefined>();
  world.clb.before = async (action) => (action === 'setWeight' ? write.promise : undefined);
  ask(1);
  world.start();
  await passMs(100);
  expect([weightOf(1), world.cluster.deletionAnswers]).toEqual([10, []]);
  write.resolve(undefined);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect(weightOf(1)).toBe(0);
});

test('A pod that its Service has just left is drained only when no CLB sends to it.', async () => {
  await serving([1, 2, 3]);
  world.clb.firstHealth = 'Unknown';
  world.cluster.putPod(aPod({ name: 'web-4', ip: '10.0.0.4', labels: { app: 'other' } }));
  world.cluster.changeService('shop/web', { selector: { app: 'other' } });
  await until(() => weightOf(4) === 10);
  expect(weightOf(1)).toBe(10);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0 || weightOf(1) !== 10, 500).catch(() => undefined);
  expect([world.cluster.deletionAnswers.length > 0, weightOf(1)]).not.toEqual([true, 10]);
});

test.each(['never served', 'served'])('For a Service in mode skip, %s, nothing is waited for.', async (before) => {
  const skip = { annotations: { [annotation.mode]: 'skip' } };
  const isServed = before === 'served';
  if (isServed) await serving([1, 2]);
  else [1, 2].forEach(addPod);
  if (isServed) world.cluster.changeService('shop/web', skip);
  else world.cluster.putService(aNewService({ ...skip, existingLoadBalancer: 'lb-skipped1' }));
  if (isServed) await until(() => world.cluster.said('Skipped') === 1);
  else world.start();
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect(world.cluster.deletionAnswers).toEqual(['shop/web-1 drained NoTarget']);
});

test.each<[string, string]>([
  ['both select it', 'web'],
  ['the skipped one has selected it', 'none'],
])('Of two Services on one CLB only the one that is not in mode skip is waited for, when %s.', async (_, app) => {
  world.cluster.putService(aNewService({ name: 'other', ports: [aPort({ port: 81 })] }));
  await serving([1, 2]);
  await until(() => Object.keys(world.clb.picture(clbId)).length === 4);
  const skip = { annotations: { [annotation.mode]: 'skip' } };
  world.cluster.changeService('shop/other', { ...skip, selector: { app } });
  await until(() => world.cluster.said('Skipped') === 1);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0, 5_000);
  expect(world.cluster.deletionAnswers).toEqual(['shop/web-1 drained WeightZero']);
  expect([weightOf(1), world.clb.picture(clbId)['81/10.0.0.1:8080']]).toEqual([0, 10]);
});

test('A Service in mode skip hides no target of one on the same CLB that the pod has left.', async () => {
  world.cluster.putService(aNewService({ name: 'other', ports: [aPort({ port: 81 })] }));
  await serving([1, 2]);
  await until(() => Object.keys(world.clb.picture(clbId)).length === 4);
  world.cluster.changeService('shop/other', { annotations: { [annotation.mode]: 'skip' } });
  world.cluster.changeService('shop/web', { selector: { app: 'other' } });
  await until(() => world.cluster.said('Skipped') === 1 && world.state?.of(clbId)?.withheldRemovals === 2);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect([weightOf(1), world.cluster.deletionAnswers]).toEqual([0, ['shop/web-1 drained WeightZero']]);
});

test('The last target that is Alive keeps its weight until another one is; then comes the answer.', async () => {
  await serving([1]);
  ask(1);
  await passMs(60);
  expect([weightOf(1), world.cluster.deletionAnswers]).toEqual([10, []]);
  addPod(2);
  await until(() => world.cluster.deletionAnswers.length > 0);
  expect([weightOf(1), weightOf(2)]).toEqual([0, 10]);
});

test('A pod that is not deleted after all carries weight again a minute later.', async () => {
  await serving([1, 2]);
  ask(1, Date.now() - 59_800);
  await until(() => weightOf(1) === 0);
  await until(() => weightOf(1) === 10);
  expect(world.cluster.deletionAnswers.at(-1)).toBe('shop/web-1 over NotDeleted');
});

test('A hundred pods that are asked for at once cost few writes.', async () => {
  const pods = Array.from({ length: 120 }, (_, index) => index + 1);
  await serving(pods);
  const before = world.clb.writes.length;
  for (const number of pods.slice(0, 100)) ask(number);
  await until(() => world.cluster.deletionAnswers.length === 100);
  expect(world.clb.writes.length - before).toBeLessThanOrEqual(3);
});

test('No Service of another namespace holds it up by listing the address of the pod.', async () => {
  await serving([1, 2]);
  const look = Promise.withResolvers<undefined>();
  world.clb.before = async (_, id) => (id === clbId ? undefined : look.promise);
  world.cluster.putService(aLister(world));
  await passMs(1_000);
  ask(1);
  await until(() => world.cluster.deletionAnswers.length > 0).finally(() => look.resolve(undefined));
  expect(world.cluster.deletionAnswers).toEqual(['shop/web-1 drained WeightZero']);
});
