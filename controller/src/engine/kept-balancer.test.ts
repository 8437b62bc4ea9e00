import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { aBackendService, anIngress, aPath, directAccess } from '../testing/ingress-builders.ts';
import { inVirtualTime, passesUntil, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const made = 'lb-made1';
let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
});
afterEach(async () => passing(world.stop()));

const isOpen = () => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady';
const ids = () => [...world.clb.balancers.keys()].filter((id) => id !== clbId);
const outlived = () => [...world.cluster.leftBalancers()].map(({ balancerId }) => balancerId);
const said = (word?: string) => (word === undefined ? {} : { [annotation.keepBalancer]: word });

async function served(annotations: Readonly<Record<string, string>>): Promise<void> {
  world.cluster.putService(aNewService({ existingLoadBalancer: undefined, annotations }));
  world.start();
  await until(isOpen);
}

describe(`a Service whose annotation ${annotation.keepBalancer} is`, () => {
  test.each([
    ['true', [made]],
    // A mistake deletes no CLB.
    ['yes', [made]],
    ['false', []],
    [undefined, []],
  ])('%j, when it is deleted, leaves the CLBs %j, and no listener', async (word, left) => {
    await served(said(word));
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(ids()).toEqual(left);
    expect([...world.cluster.ownedBalancers()]).toEqual([]);
    expect(outlived()).toEqual(left);
    expect(left.flatMap((id) => world.clb.listenersOf(id))).toEqual([]);
    expect(world.cluster.said('LoadBalancerKept')).toBe(left.length);
  });

  test('"true" counts where nobody can ask the Service any more', async () => {
    await served(said('true'));
    await until(() => world.cluster.ownedRecord('uid-web')?.isKept === true);
    world.cluster.removeService('shop/web');
    await until(() => [...world.cluster.ownedBalancers()].length === 0);
    expect(ids()).toEqual([made]);
  });

  test.each<[string, Parameters<typeof world.cluster.changeService>[1]]>([
    ['in mode skip', { annotations: { ...said('true'), [annotation.mode]: 'skip' } }],
    ['while its Service cannot be read', { annotations: said('true'), existingLoadBalancer: 'my clb' }],
  ])('"true", written %s, counts where nobody can ask the Service any more', async (_, change) => {
    await served(said());
    world.cluster.changeService('shop/web', change);
    await until(() => world.cluster.ownedRecord('uid-web')?.isKept === true);
    world.cluster.removeService('shop/web');
    await until(() => [...world.cluster.ownedBalancers()].length === 0);
    expect(ids()).toEqual([made]);
  });

  test('taken away again lets the CLB go', async () => {
    await served(said('true'));
    await until(() => world.cluster.ownedRecord('uid-web')?.isKept === true);
    world.cluster.changeService('shop/web', { annotations: {} });
    await until(() => world.cluster.ownedRecord('uid-web')?.isKept !== true);
    world.cluster.removeService('shop/web');
    await until(() => ids().length === 0);
  });

  test('"yes" is told, with what to write', async () => {
    await served(said('yes'));
    await until(() => world.cluster.said('AnnotationMalformed') === 1);
  });
});

describe('a CLB that its Service left', () => {
  const unneeded = () => world.unneeded.loadBalancers;

  beforeEach(async () => {
    await served(said('true'));
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    await passing(world.stop());
  });

  /** Starts with it on the list of what may be deleted, and waits for the first sweep. */
  async function swept(): Promise<void> {
    world.unneeded = { loadBalancers: -1, listeners: -1 };
    world.start({ sweepDeletes: [made] });
    await passesUntil(() => unneeded() >= 0, 400_000, 1_000);
    await passMs(10_000);
  }

  test('is nothing that nobody needs, and no sweep deletes it', async () => {
    await swept();
    expect([unneeded(), ids()]).toEqual([0, [made]]);
  });

  test('stays when another Service names it, even if nobody remembers for whom it was made', async () => {
    const [record] = world.cluster.leftBalancers();
    if (record !== undefined) await passing(world.cluster.ownedRecords.remove(record, new AbortController().signal));
    world.cluster.putService(aNewService({ name: 'api', uid: 'uid-api', existingLoadBalancer: made }));
    await swept();
    expect([unneeded(), ids()]).toEqual([0, [made]]);
    expect(world.clb.listenersOf(made)).toHaveLength(1);
  });

  test('is that of its namespace: another one gets nothing there, however much later', async () => {
    const named = { existingLoadBalancer: made, createdAtMs: 0 } as const;
    world.cluster.putService(aNewService({ ...named, namespace: 'other', name: 'api', uid: 'uid-api' }));
    world.start();
    await passMs(1_500_000);
    expect(world.clb.listenersOf(made)).toEqual([]);
    expect(world.cluster.said('LoadBalancerNotAllowed')).toBeGreaterThan(0);
    world.cluster.putService(aNewService({ ...named, uid: 'uid-again', createdAtMs: 1 }));
    await until(() => world.clb.listenersOf(made).length === 1);
    expect(world.clb.listenersOf(made)[0]?.name).toContain('uid-again');
  });

  test('counts against the bound of its namespace until it is gone', async () => {
    const another = aNewService({ name: 'api', uid: 'uid-api', existingLoadBalancer: undefined });
    world.cluster.putService(another);
    world.start({ creation: { kinds: 'any', mostPerNamespace: 1 } });
    await until(() => world.cluster.said('LoadBalancerLimitReached') === 1);
    expect(ids()).toEqual([made]);
    world.clb.balancers.delete(made);
    await passesUntil(() => outlived().length === 0, 4_000_000, 10_000);
    await passesUntil(() => ids().length === 1, 400_000, 1_000);
  });

  test('counts on when one sweep does not find it and the next one does, however often', async () => {
    const sweepMs = 3_600_000;
    const hidden = world.clb.balancers.get(made);
    world.start();
    await passMs(200_000);
    for (const isShown of [false, true, false, true]) {
      if (isShown && hidden !== undefined) world.clb.balancers.set(made, hidden);
      else world.clb.balancers.delete(made);
      await passMs(sweepMs);
      expect(outlived()).toEqual([made]);
    }
  });

  test('counts on while the cloud shows no CLB at all, as in a wrong region', async () => {
    world.clb.balancers.clear();
    await swept();
    expect(outlived()).toEqual([made]);
  });
});

test('A Service that left its CLB for another one comes back to it.', async () => {
  await served(said('true'));
  world.cluster.changeService('shop/web', { existingLoadBalancer: clbId });
  await until(() => outlived().length === 1);
  expect(world.clb.listenersOf(made)).toEqual([]);
  world.cluster.changeService('shop/web', { existingLoadBalancer: undefined });
  await until(() => outlived().length === 0 && world.clb.listenersOf(made).length === 1);
  expect(ids()).toEqual([made]);
  world.cluster.changeService('shop/web', { annotations: {} });
  await until(() => world.cluster.ownedRecord('uid-web')?.isKept !== true);
  world.cluster.deleteService('shop/web');
  await until(() => ids().length === 0);
});

test('An Ingress keeps its CLB in the same way, and says which.', async () => {
  world.cluster.putRelated({ kind: 'Service', namespace: 'shop', name: 'web' }, aBackendService());
  const annotations = { ...directAccess, [ingressAnnotation.keepBalancer]: 'true' };
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath()] }));
  world.start();
  await until(isOpen);
  world.cluster.ingresses.delete('shop/site');
  await until(() => world.cluster.ingresses.get('shop/site') === undefined);
  expect(ids()).toEqual([made]);
  expect(world.clb.listenersOf(made)).toEqual([]);
  const [kept] = world.cluster.announcements.filter(({ reason }) => reason === 'LoadBalancerKept');
  expect(kept?.message).toContain(`CLB ${made}, which was made for this object, stays`);
  expect(kept?.message).toContain(ingressAnnotation.existingLoadBalancer);
});
