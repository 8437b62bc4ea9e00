import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

/** Pods of a StatefulSet that keep name and address (TKE's fixed IPs): only the UID tells them apart. */
let world: World;
beforeEach(async () => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  for (const number of [0, 1]) world.cluster.putPod(podOf(number, 'old'));
  world.start({ limits: { ...limits, gatherMs: 10_000 } });
  await until(() => isOpen(0) && isOpen(1));
  world.clb.firstHealth = 'Unknown';
});
afterEach(async () => passing(world.stop()));

const key = (number: number) => `shop/web-${number}`;
const podOf = (number: number, generation: string) =>
  aPod({ name: `web-${number}`, uid: `uid-${number}-${generation}`, ip: `10.0.0.${number + 1}` });
const isOpen = (number: number) => world.cluster.gateOf(key(number)) === 'True LoadBalancerNetworkGroupReady';
const target = (number: number) =>
  [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].find(({ ip }) => ip === `10.0.0.${number + 1}`);
const isNew = (number: number) => target(number)?.tag === `uid-${number}-new` && target(number)?.weight === 10;

async function ends(number: number): Promise<void> {
  world.cluster.changePod(key(number), { ending: true });
  await until(() => target(number)?.weight === 0);
  world.cluster.removePod(key(number));
}

describe('A pod that comes back at its fixed address', () => {
  test('is a target of its own at once, though the old one waits for others to be deregistered', async () => {
    await ends(0);
    world.cluster.putPod(podOf(0, 'new'));
    await until(() => isNew(0), 5_000);
    await passMs(30_000);
    expect([isOpen(0), target(1)?.weight]).toEqual([false, 10]);
    world.clb.setHealth('Alive');
    await until(() => isOpen(0));
  });

  test('is registered again when the old target has gone', async () => {
    await ends(0);
    await until(() => target(0) === undefined);
    world.cluster.putPod(podOf(0, 'new'));
    await until(() => isNew(0));
    expect(isOpen(0)).toBe(false);
  });

  test('has no gate opened by the health of the one before it', async () => {
    await ends(0);
    world.clb.setHealth('Alive');
    world.cluster.putPod(podOf(0, 'new'));
    await until(() => isNew(0));
    await passMs(10_000);
    expect(isOpen(0)).toBe(false);
  });

  test('and another one after it, one by one, leave no place without a target that serves', async () => {
    for (const number of [0, 1]) {
      await ends(number);
      expect(target(1 - number)).toMatchObject({ weight: 10, health: 'Alive' });
      world.cluster.putPod(podOf(number, 'new'));
      await until(() => isNew(number));
      world.clb.setHealth('Alive');
      await until(() => isOpen(number));
    }
  });
});
