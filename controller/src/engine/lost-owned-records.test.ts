import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { uninstalled } from '../testing/uninstalled.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { worldWithBackend, type World } from '../testing/world.ts';

/** A Service that may have no CLB made, after an uninstall and an install. */
inVirtualTime();

let world: World;
beforeEach(() => {
  world = worldWithBackend();
});
afterEach(async () => passing(world.stop()));

const made = () => [...world.clb.balancers.keys()].filter((id) => id !== clbId);
const lines = () => made().flatMap((id) => Object.keys(world.clb.picture(id)));
const put = () => world.cluster.putService(aNewService({ existingLoadBalancer: undefined }));
const malformed = () =>
  world.cluster.changeService('shop/web', { annotations: { [annotation.extensiveParameters]: '{"Number":20}' } });

const reasons = {
  'because none are made': [{ kinds: 'none', mostPerNamespace: 5 }, () => undefined],
  'because only private ones are': [{ kinds: 'private', mostPerNamespace: 5 }, () => undefined],
  'because its namespace has too many': [{ kinds: 'any', mostPerNamespace: 0 }, () => undefined],
  'because its annotation cannot be read': [{ kinds: 'any', mostPerNamespace: 5 }, malformed],
} as const;

describe.each(Object.entries(reasons))('A Service that may have none made %s', (_, [creation, change]) => {
  test('uses the one that was made for it before.', async () => {
    put();
    world.start();
    await until(() => lines().length === 1);
    await passMs(1_000);
    await uninstalled(world);
    change();
    world.start({ creation });
    await passMs(10_000);
    world.cluster.putPod(aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2' }));
    await until(() => lines().includes('80/10.0.0.2:8080'));
    expect(made()).toHaveLength(1);
  });

  test('gets none, and is looked for once.', async () => {
    let looks = 0;
    world.clb.before = (action) => void (looks += action === 'findLoadBalancers' ? 1 : 0);
    put();
    change();
    world.start({ creation, resyncMs: 1_000 });
    await passMs(10_000);
    expect([made(), looks]).toEqual([[], 1]);
  });

  test('gets none when the one that was found is gone before it is used.', async () => {
    put();
    world.start();
    await until(() => lines().length === 1);
    await uninstalled(world);
    change();
    world.clb.before = (action) => {
      if (action === 'findLoadBalancers') queueMicrotask(() => world.clb.balancers.delete('lb-made1'));
    };
    world.start({ creation });
    await passMs(10_000);
    expect(made()).toEqual([]);
  });
});
