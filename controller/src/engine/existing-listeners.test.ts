import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { markedTag } from '../core/model/target-tag.ts';
import { aNewService, aPod, aPort, aTarget, clbId, clusterId } from '../testing/builders.ts';
import { apiError } from '../testing/fake-load-balancer.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
const theirs = aTarget({ listenerId: 'lbl-team', ip: '10.9.9.9', tag: markedTag('cls-other', 'uid-x'), weight: 7 });
const byHand = aTarget({ listenerId: 'lbl-team', ip: '10.9.9.8', tag: '', weight: 3 });
const foreign = { '443/10.9.9.8:8080': 3, '443/10.9.9.9:8080': 7 };

beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.clb.addListener(clbId, { id: 'lbl-team', name: 'made-by-terraform', protocol: 'TCP', port: 443 });
  world.clb.addTarget(clbId, theirs);
  world.clb.addTarget(clbId, byHand);
});
afterEach(async () => passing(world.stop()));

const mapped = { existingListeners: '80=lbl-team' };
const picture = () => world.clb.picture(clbId);
const names = () => world.clb.listenersOf(clbId).map(({ name }) => name);
const tagOf = (ip: string) =>
  [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].find((target) => target.ip === ip)?.tag;
const isOpen = (key = 'shop/web-1') => world.cluster.gateOf(key) === 'True LoadBalancerNetworkGroupReady';
const places = () => world.cluster.recordOf(clbId)?.owners.map((one) => one.places.join());
const events = (reason: string) => world.cluster.announcements.filter((one) => one.reason === reason);
const settled = async () => passMs(150);

async function serving(): Promise<void> {
  world.cluster.putService(aNewService(mapped));
  world.cluster.putPod(aPod());
  world.start();
  await until(() => isOpen());
}

describe('a port that names a listener of somebody else', () => {
  test('has its targets there, under a tag with the cluster, and nothing else changes', async () => {
    await serving();
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10 });
    expect(tagOf('10.0.0.1')).toBe(markedTag(clusterId, 'uid-web-1'));
    expect(names()).toEqual(['made-by-terraform']);
    await until(() => world.cluster.service('shop/web')?.ingress.join() === '192.0.2.1');
    expect(new Set(world.clb.writes.map(({ action }) => action))).toEqual(new Set(['register']));
  });

  test('is recorded before anything is registered there', async () => {
    let before: unknown;
    world.clb.before = (action) => {
      if (action === 'register') before ??= places();
    };
    await serving();
    expect(before).toEqual(['lbl-team']);
  });

  test('opens no gate before its target there is healthy', async () => {
    world.clb.firstHealth = 'Unknown';
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    world.start();
    await until(() => '443/10.0.0.1:8080' in picture());
    await settled();
    expect(isOpen()).toBe(false);
    world.clb.setHealth('Alive');
    await until(() => isOpen());
  });

  test('costs no write after a restart', async () => {
    await serving();
    await passing(world.stop());
    const writes = world.clb.writes.length;
    world.start();
    await settled();
    expect(world.clb.writes).toHaveLength(writes);
  });

  test('leaves other ports their own listeners', async () => {
    world.cluster.putService(aNewService({ ...mapped, ports: [aPort(), aPort({ port: 81 })] }));
    world.cluster.putPod(aPod());
    world.start();
    await until(() => isOpen());
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10, '81/10.0.0.1:8080': 10 });
    expect(tagOf('10.0.0.1')).toBeDefined();
  });

  test('lets pods that end drain at once while others serve there', async () => {
    await serving();
    world.cluster.putPod(aPod({ ending: true }));
    await until(() => picture()['443/10.0.0.1:8080'] === 0);
    world.cluster.removePod('shop/web-1');
    await until(() => !('443/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual(foreign);
  });

  test('keeps the last target that serves while nothing else does', async () => {
    await serving();
    world.clb.setHealth('Dead', ({ ip }) => ip.startsWith('10.9.'));
    await until(() => world.clb.healthAsks.length > 0);
    await passing(world.stop());
    world.start();
    world.cluster.putPod(aPod({ ending: true }));
    await settled();
    expect(picture()['443/10.0.0.1:8080']).toBe(10);
  });
});

describe('when it wants the listener no longer', () => {
  test('its targets leave, also where the CLB only says that they did', async () => {
    await serving();
    const deregister = world.clb.deregister.bind(world.clb);
    let times = 0;
    world.clb.deregister = async (...about) => ((times += 1) === 1 ? Promise.resolve([]) : deregister(...about));
    world.cluster.changeService('shop/web', { existingListeners: '' });
    await until(() => times > 0 && '80/10.0.0.1:8080' in picture());
    await until(() => !('443/10.0.0.1:8080' in picture()), 180_000);
    expect(picture()).toEqual({ ...foreign, '80/10.0.0.1:8080': 10 });
  });

  test('its targets leave, also those that come late by a write without an answer', async () => {
    const register = world.clb.register.bind(world.clb);
    world.clb.register = async (...about) => {
      world.clb.register = register;
      setTimeout(() => void register(...about), 5_000);
      world.cluster.changeService('shop/web', { existingListeners: '' });
      return Promise.reject(apiError('transient', 'Timeout', 'the answer was lost'));
    };
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    world.start();
    await until(() => '443/10.0.0.1:8080' in picture());
    await until(() => !('443/10.0.0.1:8080' in picture()), 180_000);
    expect(picture()).toEqual({ ...foreign, '80/10.0.0.1:8080': 10 });
    await until(() => world.cluster.recordOf(clbId)?.owners[0]?.places.join() === 'TCP/80', 180_000);
  });

  test('a deleted Service drains and deregisters its own targets, and then is let go', async () => {
    await serving();
    const at = world.clb.writes.length;
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web')?.hasFinalizer !== true);
    expect(picture()).toEqual(foreign);
    expect(world.clb.writes.slice(at).map(({ action }) => action)).toEqual(['setWeight', 'deregister']);
    expect(names()).toEqual(['made-by-terraform']);
  });

  test('a Service that is gone without its finalizer loses its targets by the record', async () => {
    await serving();
    await passing(world.stop());
    world.cluster.removeService('shop/web');
    world.start();
    await until(() => !('443/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual(foreign);
  });

  test('a Service that names another listener has its targets there before they leave here', async () => {
    world.clb.addListener(clbId, { id: 'lbl-new', name: 'new', protocol: 'TCP', port: 8443 });
    await serving();
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingListeners: '80=lbl-new' });
    await until(() => picture()['8443/10.0.0.1:8080'] === 10);
    await settled();
    expect(picture()['443/10.0.0.1:8080']).toBe(10);
    world.clb.setHealth('Alive');
    await until(() => !('443/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual({ ...foreign, '8443/10.0.0.1:8080': 10 });
    await until(() => places()?.join() === 'lbl-new');
  });

  test('a Service without the annotation gets a listener of its own, and the targets leave after that', async () => {
    await serving();
    world.cluster.changeService('shop/web', { existingListeners: undefined });
    await until(() => !('443/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual({ ...foreign, '80/10.0.0.1:8080': 10 });
    await until(() => places()?.join() === 'TCP/80');
    expect(events('ListenerMissing')).toEqual([]);
  });

  test('an annotation that cannot be read any more changes nothing', async () => {
    await serving();
    world.cluster.changeService('shop/web', { existingListeners: '80:lbl-team' });
    await until(() => events('AnnotationMalformed').length > 0);
    await settled();
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10 });
    expect(names()).toEqual(['made-by-terraform']);
  });
});

describe('a listener of somebody else at the port of the Service itself', () => {
  const atPort = { '80/10.9.9.8:8080': 3, '80/10.9.9.9:8080': 7, '80/10.0.0.1:8080': 10 };
  const changes: readonly [string, () => void][] = [
    ['that names it no longer', () => world.cluster.changeService('shop/web', { existingListeners: undefined })],
    ['with a typing error', () => world.cluster.changeService('shop/web', { existingListeners: '80:lbl-team' })],
    ['beside another one', () => world.cluster.putService(aNewService({ name: 'web2', uid: 'uid-web2' }))],
  ];

  test.each(changes)('keeps its name and its targets with a Service %s, also when that goes', async (_, change) => {
    world.clb.addListener(clbId, { id: 'lbl-team', name: 'made-by-terraform', protocol: 'TCP', port: 80 });
    await serving();
    change();
    await passMs(60_000);
    expect(names()).toEqual(['made-by-terraform']);
    expect(picture()).toEqual(atPort);
    for (const key of ['shop/web', 'shop/web2']) world.cluster.deleteService(key);
    await until(() => !('80/10.0.0.1:8080' in picture()));
    await settled();
    expect(names()).toEqual(['made-by-terraform']);
    expect(picture()).toEqual({ '80/10.9.9.8:8080': 3, '80/10.9.9.9:8080': 7 });
  });
});

describe('a Service that moves to another CLB', () => {
  const there = () => world.clb.picture('lb-two');
  beforeEach(() => {
    world.clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
    world.clb.addListener('lb-two', { id: 'lbl-two', name: 'theirs', protocol: 'TCP', port: 8443 });
  });

  test('goes from its own listener to one of somebody else', async () => {
    world.cluster.putService(aNewService());
    world.cluster.putPod(aPod());
    world.start();
    await until(() => isOpen());
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two', existingListeners: '80=lbl-two' });
    await until(() => '8443/10.0.0.1:8080' in there());
    await settled();
    expect(picture()).toEqual({ ...foreign, '80/10.0.0.1:8080': 10 });
    world.clb.setHealth('Alive');
    await until(() => names().join() === 'made-by-terraform');
    expect(there()).toEqual({ '8443/10.0.0.1:8080': 10 });
  });

  test('goes from the listener of somebody else to its own', async () => {
    await serving();
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two', existingListeners: undefined });
    await until(() => '80/10.0.0.1:8080' in there());
    await settled();
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10 });
    world.clb.setHealth('Alive');
    await until(() => !('443/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual(foreign);
    await until(() => world.cluster.service('shop/web')?.recordedLoadBalancers.join() === 'lb-two');
  });
});

describe('what stands in the way', () => {
  test('a listener that is not there is told, and used when it comes; other ports go on', async () => {
    const ports = [aPort(), aPort({ port: 81 })];
    world.cluster.putService(aNewService({ existingListeners: '80=lbl-later', ports }));
    world.cluster.putPod(aPod());
    world.start();
    await until(() => '81/10.0.0.1:8080' in picture());
    await until(() => events('ListenerNotFound').length > 0);
    expect(events('ListenerNotFound')[0]?.message).toContain('lb-one has no listener lbl-later');
    expect(isOpen()).toBe(false);
    expect(world.cluster.gateMessageOf('shop/web-1')).toContain('lb-one has no listener lbl-later');
    world.clb.addListener(clbId, { id: 'lbl-later', name: 'later', protocol: 'TCP', port: 8443 });
    // It is looked for again every 10 s, and at every change before that.
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => isOpen());
    expect(picture()['8443/10.0.0.1:8080']).toBe(10);
  });

  test('an address that others registered is told and never touched, and is ours when they let it go', async () => {
    world.clb.addTarget(clbId, { ...theirs, ip: '10.0.0.1' });
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    world.start();
    await until(() => events('TargetConflict').length > 0);
    expect(events('TargetConflict')[0]?.message).toContain('10.0.0.1:8080 (by CLUSTER_ID cls-other)');
    expect(world.cluster.gateMessageOf('shop/web-1')).toContain('registered there already');
    world.cluster.putPod(aPod({ ending: true, containersGone: true }));
    await settled();
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 7 });
    world.cluster.putPod(aPod());
    world.clb.balancers.get(clbId)?.targets.delete('lbl-team/10.0.0.1:8080');
    await until(() => isOpen());
  });

  test('an address that others registered since the last look is theirs still', async () => {
    await serving();
    world.clb.addTarget(clbId, { ...theirs, ip: '10.0.0.2' });
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => events('TargetConflict').length > 0);
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10, '443/10.0.0.2:8080': 7 });
    expect(tagOf('10.0.0.2')).toBe(theirs.tag);
  });

  test('a listener that another namespace uses is given to nobody else', async () => {
    world.start({ placeRules: { rules: [{ balancers: '*', namespaces: ['*'] }], reservationMs: 0 } });
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    await until(() => isOpen());
    world.cluster.putService(aNewService({ ...mapped, namespace: 'other', name: 'api', uid: 'uid-api' }));
    world.cluster.putPod(aPod({ namespace: 'other', name: 'api-1', ip: '10.0.0.2' }));
    await until(() => events('ListenerConflict').length > 0);
    const [event] = events('ListenerConflict');
    expect(event?.about).toBe('other/api');
    expect(event?.message).not.toMatch(/shop|web/);
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10 });
  });

  test('a listener that another namespace has just left is kept for it', async () => {
    world.start({ placeRules: { rules: [{ balancers: '*', namespaces: ['*'] }], reservationMs: 60_000 } });
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    await until(() => isOpen());
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    world.cluster.putService(aNewService({ ...mapped, namespace: 'other', name: 'api', uid: 'uid-api' }));
    world.cluster.putPod(aPod({ namespace: 'other', name: 'api-1', ip: '10.0.0.2' }));
    await until(() => events('ListenerConflict').length > 0);
    expect(events('ListenerConflict')[0]?.message).toContain('another place than TCP/80 at lbl-team of lb-one');
    expect(events('ListenerConflict')[0]?.message).toContain('and after that for 60 s');
    expect(picture()).toEqual(foreign);
  });

  test('a namespace that may not use the CLB gets nothing there', async () => {
    world.start({ placeRules: { rules: [{ balancers: '*', namespaces: ['other'] }], reservationMs: 0 } });
    world.cluster.putService(aNewService(mapped));
    world.cluster.putPod(aPod());
    await until(() => events('LoadBalancerNotAllowed').length > 0);
    await settled();
    expect(picture()).toEqual(foreign);
  });
});

describe('two Services of one namespace on one listener', () => {
  test('share it, and the target of a pod that both select stands until both are gone', async () => {
    await serving();
    world.cluster.putService(aNewService({ ...mapped, name: 'web2', uid: 'uid-web2', createdAtMs: 5 }));
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => isOpen('shop/web-2'));
    await until(() => places()?.join() === 'lbl-team,lbl-team');
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web')?.hasFinalizer !== true);
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10, '443/10.0.0.2:8080': 10 });
  });
});

describe('where the cloud returns no tags', () => {
  test('targets that this process registered leave with their pods; after a restart nothing proves them', async () => {
    world.clb.returnsTags = false;
    await serving();
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => isOpen('shop/web-2'));
    world.cluster.removePod('shop/web-2');
    await until(() => !('443/10.0.0.2:8080' in picture()));
    await passing(world.stop());
    world.start();
    world.cluster.putPod(aPod({ ending: true, containersGone: true }));
    await settled();
    expect(picture()).toEqual({ ...foreign, '443/10.0.0.1:8080': 10 });
  });
});
