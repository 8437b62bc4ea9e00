import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();

const closed = { status: 'False', reason: 'Waiting', message: '' } as never;
const open = { status: 'True', reason: 'Open', message: '' } as never;
let world: World;
/** When weights were sent. */
let sentAtMs: number[];

beforeEach(() => {
  world = new World();
  sentAtMs = [];
  world.clb.before = async (action) => {
    if (action === 'setWeight') sentAtMs.push(performance.now());
    await Promise.resolve();
  };
});
afterEach(async () => passing(world.stop()));

const pod = (number: number) => ({ name: `web-${number}`, ip: `10.0.0.${number}` });
const weights = () => Object.values(world.clb.picture(clbId));

/** Four pods serve, and two new ones are registered. */
async function serving(): Promise<void> {
  world.cluster.putService(aNewService());
  world.clb.firstHealth = 'Alive';
  for (const number of [1, 2, 3, 4]) world.cluster.putPod(aPod({ ...pod(number), gate: open }));
  world.start({ recheckMs: 1_000, placeRules: forEveryone });
  await until(() => weights().length === 4);
  world.clb.firstHealth = 'Unknown';
  for (const number of [5, 6]) world.cluster.putPod(aPod({ ...pod(number), gate: closed }));
  await until(() => weights().length === 6);
  await passMs(5_000);
}

const isOpen = (number: number) => world.cluster.gateOf(`shop/web-${number}`).startsWith('True');
const end = (number: number) => {
  world.cluster.changePod(`shop/web-${number}`, { ending: true });
  return performance.now();
};

/** The CLB calls both new targets Alive, and their gates open. */
async function openBoth(): Promise<void> {
  world.clb.setHealth('Alive', ({ ip }) => ip === '10.0.0.5' || ip === '10.0.0.6');
  await until(() => isOpen(5) && isOpen(6));
}

describe('after two gates were opened', () => {
  test('the pods that end for them later are drained by one call too', async () => {
    await serving();
    await openBoth();
    await passMs(1_000);
    end(1);
    await passMs(100);
    end(2);
    await until(() => sentAtMs.length > 0);
    await passMs(1_000);
    expect(sentAtMs).toHaveLength(1);
  });

  test('the pods that end for them are drained by one call, as soon as both end', async () => {
    await serving();
    await openBoth();
    end(1);
    await passMs(150);
    const fromMs = end(2);
    await until(() => sentAtMs.length > 0);
    expect(sentAtMs[0]).toBeLessThan(fromMs + 50);
    expect(weights().filter((weight) => weight === 0)).toHaveLength(2);
    expect(sentAtMs).toHaveLength(1);
  });

  test('one that ends alone waits at most 200 ms, and the next one not at all', async () => {
    await serving();
    await openBoth();
    const fromMs = end(1);
    await until(() => sentAtMs.length === 1);
    expect(sentAtMs[0]).toBeLessThan(fromMs + 250);
    const nextMs = end(2);
    await until(() => sentAtMs.length === 2);
    expect(sentAtMs[1]).toBeLessThan(nextMs + 50);
  });
});

test('a pod that ends although no gate was opened lately is drained at once', async () => {
  await serving();
  await openBoth();
  await passMs(2_000);
  const fromMs = end(1);
  await until(() => sentAtMs.length === 1);
  expect(sentAtMs[0]).toBeLessThan(fromMs + 50);
});
