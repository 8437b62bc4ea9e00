import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ObjectReference } from '../core/model/related-objects.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

/** Annotations that show people the CLBs, where a tool applies a manifest into which one was copied. */
inVirtualTime();

const service: ObjectReference<'Service'> = { kind: 'Service', namespace: 'shop', name: 'web' };
const minuteMs = 60_000;

let world: World;
let tool: ReturnType<typeof setInterval> | undefined;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putRelated(service, aBackendService());
  tool = undefined;
});
afterEach(async () => {
  clearInterval(tool);
  await passing(world.stop());
});

const kinds = {
  Service: {
    put: () => world.cluster.putService(aNewService()),
    shown: () => world.cluster.service('shop/web'),
    change: (change: object) => world.cluster.changeService('shop/web', change),
  },
  Ingress: {
    put: () => world.cluster.ingresses.put(anIngress({ annotations: onExisting, paths: [aPath()] })),
    shown: () => world.cluster.ingresses.get('shop/site'),
    change: (change: object) => world.cluster.ingresses.change('shop/site', change),
  },
} as const;

describe.each(Object.entries(kinds))('What somebody writes back at a %s', (_, { put, shown, change }) => {
  const said = () => world.cluster.said('AnnotationWrittenBack');
  const isShown = () => shown()?.shownInUse === clbId;

  test.each<[string, object]>([
    ['as the CLB in use', { shownInUse: 'lb-copied' }],
    ['as the CLBs that it has', { recordedLoadBalancers: ['lb-copied'] }],
  ])('%s is replaced a few times an hour, and told; another value is replaced at once.', async (_what, copied) => {
    put();
    world.start();
    await until(isShown);
    const before = world.cluster.showWrites.length;
    tool = setInterval(() => change(copied), 5_000);
    await until(() => said() > 0);
    await passMs(5 * minuteMs);
    expect([world.cluster.showWrites.length - before, said()]).toEqual([5, 1]);
    clearInterval(tool);
    change({ shownInUse: undefined, recordedLoadBalancers: [] });
    await until(() => isShown() && shown()?.recordedLoadBalancers.join() === clbId);
  });

  test('does not keep the finalizer from being written.', async () => {
    put();
    world.start();
    await until(isShown);
    tool = setInterval(() => change({ shownInUse: 'lb-copied' }), 5_000);
    await until(() => said() > 0);
    change({ hasFinalizer: false });
    await until(() => shown()?.hasFinalizer === true);
  });

  test('once is replaced without a word, and again after an hour if it stays.', async () => {
    put();
    world.start();
    await until(isShown);
    change({ shownInUse: 'lb-copied' });
    await until(isShown);
    expect(said()).toBe(0);
    tool = setInterval(() => change({ shownInUse: 'lb-copied' }), 5_000);
    await until(() => said() > 0);
    clearInterval(tool);
    change({ shownInUse: 'lb-copied' });
    await passMs(61 * minuteMs);
    expect(isShown()).toBe(true);
  });
});
