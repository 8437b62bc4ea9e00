import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  for (const number of [1, 2, 3]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
});
afterEach(async () => passing(world.stop()));

/** The weights of the pods web-1, web-2 and web-3 at the place of this name. */
const weightsAt = (place: string) =>
  Object.entries(world.clb.picture(clbId))
    .filter(([key]) => key.startsWith(place))
    .map(([, weight]) => weight)
    .join();
const end = (number: number) => world.cluster.changePod(`shop/web-${number}`, { ending: true });
const hold = (number: number) =>
  world.cluster.changePod(`shop/web-${number}`, { heldDeletion: { sinceMs: Date.now(), answer: undefined } });
const answers = () => world.cluster.deletionAnswers;
/** Long before a look at intervals. */
const soon = async (holds: () => boolean) => until(holds, 2_000);

test('A pod that ends gets weight 0 at a port that stays until its successor is Alive.', async () => {
  world.cluster.putService(aNewService());
  world.start();
  await soon(() => weightsAt('80/') === '10,10,10');
  world.clb.firstHealth = 'Unknown';
  world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
  await soon(() => weightsAt('81/') === '10,10,10');
  end(1);
  await soon(() => weightsAt('80/') === '0,10,10');
  expect(weightsAt('81/')).toBe('0,10,10');
  expect(world.cluster.said('LastTargetsKept')).toBe(0);
  for (const number of [2, 3]) end(number);
  await soon(() => world.cluster.said('LastTargetsKept') === 1);
  await passMs(1_000);
  expect(weightsAt('80/')).toBe('0,10,10');
});

test('A deletion that is held for a pod at a port that stays waits for weight 0 there too.', async () => {
  world.cluster.putService(aNewService());
  world.start();
  await soon(() => weightsAt('80/') === '10,10,10');
  world.clb.firstHealth = 'Unknown';
  world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
  await soon(() => weightsAt('81/') === '10,10,10');
  const setWeight = world.clb.setWeight.bind(world.clb);
  let isLost = true;
  world.clb.setWeight = async (id, steps, signal) =>
    setWeight(id, isLost ? steps.filter(({ place }) => place.port === 81) : steps, signal);
  hold(1);
  await soon(() => weightsAt('81/') === '0,10,10');
  await passMs(500);
  expect([weightsAt('80/'), answers()]).toEqual(['10,10,10', []]);
  isLost = false;
  await soon(() => answers().length > 0);
  expect([weightsAt('80/'), answers()]).toEqual(['0,10,10', ['shop/web-1 drained WeightZero']]);
});

test('Of pods whose deletion is held the last at a port that stays wait until its successor is Alive.', async () => {
  world.cluster.putService(aNewService());
  world.start();
  await soon(() => weightsAt('80/') === '10,10,10');
  world.clb.firstHealth = 'Unknown';
  world.cluster.putPod(aPod({ name: 'web-4', ip: '10.0.0.4' }));
  world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
  await soon(() => weightsAt('81/') === '10,10,10,10');
  for (const number of [1, 2, 3]) hold(number);
  await soon(() => world.cluster.said('LastTargetsKept') === 1);
  await passMs(1_000);
  expect([weightsAt('80/'), answers()]).toEqual(['10,10,10', []]);
  world.clb.setHealth('Alive');
  await soon(() => answers().length === 3);
  expect([weightsAt('80/'), weightsAt('81/')]).toEqual(['', '0,0,0,10']);
});

test('A pod that ends gets weight 0 at a rule that stays until its successor is Alive.', async () => {
  const web = { kind: 'Service', namespace: 'shop' } as const;
  world.cluster.putRelated({ ...web, name: 'web' }, aBackendService());
  world.cluster.putRelated({ ...web, name: 'next' }, aBackendService({ selector: { app: 'next' } }));
  world.cluster.putPod(aPod({ name: 'next-1', ip: '10.0.1.1', labels: { app: 'next' } }));
  world.cluster.ingresses.put(anIngress({ paths: [aPath({ host: 'a.com', path: '/old', pathType: 'Exact' })] }));
  world.start();
  await soon(() => weightsAt('80 a.com=/old') === '10,10,10');
  world.clb.firstHealth = 'Unknown';
  world.cluster.ingresses.change('shop/site', { paths: [aPath({ host: 'a.com', backend: aBackend('next') })] });
  await soon(() => weightsAt('80 a.com//') === '10');
  end(1);
  await soon(() => weightsAt('80 a.com=/old') === '0,10,10');
  for (const number of [2, 3]) end(number);
  await soon(() => world.cluster.said('LastTargetsKept') === 1);
  expect(weightsAt('80 a.com=/old')).toBe('0,10,10');
});
