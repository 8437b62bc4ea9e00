import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aLister } from '../testing/a-lister.ts';
import { aNewService, aPod } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const asks = { [annotation.graceDeletion]: 'true' };
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const isAsked = (name = 'web-1') => world.cluster.pod(`shop/${name}`)?.drainAsked;
const isOpen = (name = 'web-1') => world.cluster.gateOf(`shop/${name}`).startsWith('True');
const change = (overrides: Parameters<World['cluster']['changeService']>[1]) =>
  world.cluster.changeService('shop/web', overrides);

async function serving(annotations: Readonly<Record<string, string>>): Promise<void> {
  world.cluster.putService(aNewService({ annotations }));
  world.cluster.putPod(aPod());
  world.start();
  await until(() => isOpen());
}

describe('Pods of a Service that asks that their deletion waits', () => {
  test('say so.', async () => {
    await serving(asks);
    await until(() => isAsked() === true);
  });

  test('say so when it begins to ask, and no more when it ends to.', async () => {
    await serving({});
    expect(isAsked()).toBe(false);
    change({ annotations: asks });
    await until(() => isAsked() === true);
    change({ annotations: { ...asks, [annotation.graceDeletion]: 'false' } });
    await until(() => isAsked() === false);
  });

  test('say so no more when it selects them no more, is gone or is ours no more.', async () => {
    await serving(asks);
    for (const overrides of [{ selector: { app: 'other' } }, { managed: 'false' }]) {
      await until(() => isAsked() === true);
      change(overrides);
      await until(() => isAsked() === false);
      change({ selector: { app: 'web' }, managed: 'true' });
    }
    await until(() => isAsked() === true);
    world.cluster.deleteService('shop/web');
    await until(() => isAsked() === false);
  });

  test('say so when their labels begin to fit.', async () => {
    await serving(asks);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', labels: { app: 'other' } }));
    await until(() => isOpen('web-2'));
    world.cluster.changePod('shop/web-2', { labels: { app: 'web' } });
    await until(() => isAsked('web-2') === true);
  });

  test('are told after a restart what nobody told them before.', async () => {
    await serving(asks);
    await until(() => isAsked() === true);
    await passing(world.stop());
    world.cluster.changePod('shop/web-1', { drainAsked: false });
    world.start();
    await until(() => isAsked() === true);
  });
});

test('A pod without the gate is told nothing: it is never drained before it is deleted.', async () => {
  world.cluster.putService(aNewService({ annotations: asks }));
  world.cluster.putPod(aPod({ gate: 'absent' }));
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  world.start();
  await until(() => isAsked('web-2') === true);
  expect(isAsked()).toBe(false);
});

test('No Service of another namespace asks for it by listing the address of the pod.', async () => {
  await serving({});
  world.cluster.putService({ ...aLister(world), annotations: asks });
  await passMs(2_000);
  expect(isAsked()).toBe(false);
});
