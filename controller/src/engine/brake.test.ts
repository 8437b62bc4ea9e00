import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, aPort, aTarget, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const weights = () => Object.values(world.clb.picture(clbId)).join();
const service = { selector: { app: 'web' } };
const saying = (word: string) => ({ annotations: { [annotation.releaseRemoval]: word } });
const withTypingError = { selector: { app: 'wbe' } };
/** Longer than any hurry. */
const pass = async () => passMs(600_000);

async function serving(count: number): Promise<void> {
  world.cluster.putService(aNewService(service));
  for (let number = 1; number <= count; number += 1) {
    world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, labels: { app: 'web' } }));
  }
  world.start();
  await until(() => weights() === Array.from({ length: count }, () => 10).join());
}

/** The value that the newest event names. */
function release(): string {
  const messages = world.cluster.announcements.filter(({ reason }) => reason === 'RemovalWithheld');
  return /release-removal=(\S+)/.exec(messages.at(-1)?.message ?? '')?.[1] ?? '';
}

test('A selector with a typing error takes nothing off, and all is as before when it is corrected.', async () => {
  await serving(3);
  const writes = world.clb.writes.length;
  world.cluster.changeService('shop/web', withTypingError);
  await until(() => world.cluster.said('RemovalWithheld') > 0);
  await pass();
  expect(world.state?.of(clbId)?.withheldRemovals).toBe(3);
  world.cluster.changeService('shop/web', service);
  await pass();
  expect(weights()).toBe('10,10,10');
  expect(world.clb.writes).toHaveLength(writes);
});

test('What is withheld leaves when a person lets it go, and the same word lets nothing else go.', async () => {
  await serving(3);
  world.cluster.changeService('shop/web', withTypingError);
  await until(() => release() !== '');
  const word = release();
  world.cluster.changeService('shop/web', { ...withTypingError, ...saying('yes') });
  await pass();
  expect(weights()).toBe('10,10,10');
  world.cluster.changeService('shop/web', { ...withTypingError, ...saying(word) });
  await until(() => weights() === '');
  // The word is forgotten on the Service, and the next accident is another one.
  world.cluster.changeService('shop/web', { ...service, ...saying(word) });
  world.cluster.putPod(aPod({ name: 'web-4', ip: '10.0.0.4', labels: { app: 'web' } }));
  await until(() => weights() === '10,10,10,10');
  world.cluster.changeService('shop/web', { ...withTypingError, ...saying(word) });
  await pass();
  expect(weights()).toBe('10,10,10,10');
});

test('Scaling to zero takes off what ends, as fast as ever.', async () => {
  await serving(3);
  for (const number of [1, 2, 3]) world.cluster.changePod(`shop/web-${number}`, { ending: true });
  for (const number of [1, 2, 3]) world.cluster.removePod(`shop/web-${number}`);
  await until(() => weights() === '');
  expect(world.cluster.said('RemovalWithheld')).toBe(0);
});

test('A switch to as many others that serve goes on by itself.', async () => {
  await serving(3);
  for (const number of [4, 5, 6]) {
    world.cluster.putPod(aPod({ name: `green-${number}`, ip: `10.0.0.${number}`, labels: { app: 'green' } }));
  }
  world.cluster.changeService('shop/web', { selector: { app: 'green' } });
  await until(
    () => Object.keys(world.clb.picture(clbId)).join() === '80/10.0.0.4:8080,80/10.0.0.5:8080,80/10.0.0.6:8080',
  );
  expect(world.cluster.said('RemovalWithheld')).toBe(0);
});

test('Targets that another writer adds leave at once, however many they are.', async () => {
  await serving(1);
  const listenerId = world.clb.listenersOf(clbId)[0]?.id ?? '';
  for (const ip of ['10.9.0.1', '10.9.0.2', '10.9.0.3']) {
    world.clb.addTarget(clbId, { ...aTarget({ listenerId, ip }), tag: '' });
  }
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', labels: { app: 'web' } }));
  await until(() => Object.keys(world.clb.picture(clbId)).join() === '80/10.0.0.1:8080,80/10.0.0.2:8080');
  expect(world.cluster.said('RemovalWithheld')).toBe(0);
});

test('Pods that vanished while no controller ran keep their targets until the CLB calls them Dead.', async () => {
  await serving(2);
  await passing(world.stop());
  world.cluster.removePod('shop/web-1');
  world.cluster.removePod('shop/web-2');
  world.start();
  await until(() => world.cluster.said('RemovalWithheld') > 0);
  expect(weights()).toBe('10,10');
  await pass();
  expect(weights()).toBe('10,10');
  world.clb.setHealth('Dead');
  await until(() => weights() === '');
});

test('A port that waits for its new place is let go in the same way.', async () => {
  await serving(1);
  world.clb.firstHealth = 'Dead';
  world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
  await until(() => release() !== '');
  expect(world.clb.listenersOf(clbId)).toHaveLength(2);
  const word = release();
  world.cluster.changeService('shop/web', saying(word));
  await until(() => world.clb.listenersOf(clbId).length === 1);
});
