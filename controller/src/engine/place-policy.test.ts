import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aPod, aPort, clbId, everyone } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const victim = (overrides: Partial<ServiceFacts> = {}) => aNewService({ createdAtMs: 5, ...overrides });
/** Of another namespace, and older. */
const grab = (port: number) =>
  aNewService({ namespace: 'other', name: 'grab', createdAtMs: 1, ports: [aPort({ port })] });
const listeners = () => world.clb.listenersOf(clbId).map(({ port, name }) => `${port} ${name.split('_').at(-1) ?? ''}`);
const told = () => world.cluster.announcements.filter(({ about }) => about === 'other/grab');

function grabPort(port: number): void {
  world.cluster.putService(grab(port));
  world.cluster.putPod(aPod({ namespace: 'other', name: 'grab-1', ip: '10.0.0.9' }));
}

const pass = async () => passMs(150);

async function servedVictim(): Promise<void> {
  world.cluster.putService(victim());
  world.cluster.putPod(aPod());
  world.start();
  await until(() => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady');
}

/** `kubectl replace --force`, `helm uninstall` and `helm install`: gone, and made again at once. */
async function remake(): Promise<void> {
  world.cluster.deleteService('shop/web');
  await until(() => world.cluster.service('shop/web') === undefined);
  world.cluster.putService(victim({ uid: 'uid-again', createdAtMs: 9 }));
}

describe('A Service of a namespace that came second to a CLB', () => {
  test('gets no listener on a free port, and its event and its gate say what to do and name nobody.', async () => {
    await servedVictim();
    grabPort(443);
    await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
    await until(() => JSON.stringify(world.cluster.pod('other/grab-1')).includes('ask an administrator'));
    expect(listeners()).toEqual(['80 uid-web']);
    expect(JSON.stringify([told(), world.cluster.pod('other/grab-1')?.gate])).not.toMatch(/shop|web|10\.0\.0\.1/);
  });

  test('does not get the port of a Service that is deleted and made again; that one gets it back.', async () => {
    await servedVictim();
    grabPort(80);
    await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
    await remake();
    await until(() => listeners().join() === '80 uid-again');
    expect(JSON.stringify(world.clb.picture(clbId))).not.toContain('10.0.0.9');
  });

  test('does not get it either when it comes while nobody asks for the CLB.', async () => {
    await servedVictim();
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    grabPort(80);
    await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
    expect(listeners()).toEqual([]);
  });

  test('does not get it either when the controller restarts in between: a record says who had it.', async () => {
    await servedVictim();
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.recordWrites.includes(`release ${clbId} shop/web`));
    await passing(world.stop());
    world.start();
    grabPort(80);
    await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
    expect(listeners()).toEqual([]);
  });

  test('costs no record and no finalizer, however many it makes; its turn comes when the first has left.', async () => {
    await servedVictim();
    world.cluster.showWrites.splice(0);
    for (let index = 0; index < 100; index += 1) {
      const [namespace, name] = [`other-${index % 10}`, `grab-${index}`];
      world.cluster.putService({ ...grab(443), namespace, name, uid: `uid-${name}` });
    }
    const denied = () => world.cluster.announcements.filter(({ reason }) => reason === 'LoadBalancerNotAllowed');
    await until(() => new Set(denied().map(({ about }) => about)).size === 100);
    await pass();
    expect(new Set(world.cluster.recordWrites)).toEqual(new Set([`put ${clbId} shop/web`]));
    expect(world.cluster.showWrites).toEqual([]);
    await passing(world.stop());
    world.cluster.removeService('shop/web');
    world.start({ placeRules: { rules: [], reservationMs: 0 } });
    const ofOthers = () => new Set(world.cluster.recordWrites.filter((write) => write.includes('other-')));
    await until(() => /^443 uid-grab-\d?0$/.test(listeners().join()) && ofOthers().size === 10);
    await pass();
    expect([...ofOthers()].filter((write) => !write.includes(' other-0/'))).toEqual([]);
  });

  test('loses a record that an earlier version wrote for it, and its finalizer with it.', async () => {
    await servedVictim();
    const { kind, namespace, name, uid } = { kind: 'Service', ...grab(443) } as const;
    const entry = { kind, namespace, name, uid, recordedAtMs: 5, places: [], releasedAtMs: undefined };
    world.cluster.putRecord(clbId, [...(world.cluster.recordOf(clbId)?.owners ?? []), entry]);
    world.cluster.putService({ ...grab(443), hasFinalizer: true, recordedLoadBalancers: [clbId] });
    await until(() => world.cluster.recordWrites.includes(`remove ${clbId} uid-grab`));
    await until(() => world.cluster.service('other/grab')?.hasFinalizer === false);
    expect(listeners()).toEqual(['80 uid-web']);
  });

  test('gets its listener when a rule allows it.', async () => {
    await servedVictim();
    grabPort(443);
    await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
    await passing(world.stop());
    const rules = [{ balancers: clbId, namespaces: ['shop', 'other'] }];
    world.start({ placeRules: { rules, reservationMs: 600_000 } });
    await until(() => world.cluster.gateOf('other/grab-1') === 'True LoadBalancerNetworkGroupReady');
    expect(listeners()).toEqual(['80 uid-web', '443 uid-grab']);
  });
});

test('Where both are allowed, a port is kept for the namespace that left it, and then goes to the other.', async () => {
  await servedVictim();
  await passing(world.stop());
  world.start({ placeRules: { rules: [everyone], reservationMs: 300 } });
  grabPort(80);
  await until(() => world.cluster.said('ListenerConflict') === 1);
  await remake();
  await until(() => listeners().join() === '80 uid-again');
  world.cluster.deleteService('shop/web');
  await until(() => told().some(({ message }) => message.includes('or wait: an object of another namespace had it')));
  expect(JSON.stringify(told())).not.toMatch(/shop|web/);
  await until(() => listeners().join() === '80 uid-grab');
});

describe('A port whose listener the CLB refuses to make again', () => {
  const reservationMs = 200;
  const start = () => world.start({ placeRules: { rules: [everyone], reservationMs } });
  let refuses = false;
  let looks = 0;
  /** Longer than a reservation, with looks in between: a refused listener alone is tried again late. */
  async function passWithLooks(): Promise<void> {
    for (let look = 0; look < 4; look += 1) {
      await pass();
      world.cluster.changePod('shop/web-1', { labels: { app: 'web', looks: String((looks += 1)) } });
    }
  }
  beforeEach(async () => {
    await servedVictim();
    await passing(world.stop());
    refuses = true;
    world.clb.refuseListener = ({ name }) =>
      refuses && name.includes('uid-web')
        ? new CloudError('not now', { kind: 'refused', code: 'FailedOperation', action: 'CreateListener' })
        : undefined;
    world.clb.balancers.get(clbId)?.listeners.clear();
    start();
    await until(() => world.cluster.said('CloudRefused') > 0);
    grabPort(80);
    await until(() => told().some(({ message }) => message.includes('or wait')));
  });

  test('is kept for as long as its Service asks for it, also across a restart, and goes to it.', async () => {
    await passWithLooks();
    await passing(world.stop());
    start();
    await passWithLooks();
    expect(listeners()).toEqual([]);
    expect(world.cluster.recordWrites.filter((write) => write.includes('other/grab'))).toEqual([]);
    refuses = false;
    await passWithLooks();
    await until(() => listeners().join() === '80 uid-web');
  });

  test('goes to the other a while after its Service has gone.', async () => {
    await passWithLooks();
    world.cluster.deleteService('shop/web');
    await until(() => listeners().join() === '80 uid-grab');
  });
});

test('What serves already goes on, whatever the rules say after an upgrade.', async () => {
  await servedVictim();
  await passing(world.stop());
  const writes = world.clb.writes.length;
  world.start({ placeRules: { rules: [{ balancers: '*', namespaces: ['other'] }], reservationMs: 600_000 } });
  world.cluster.changeService('shop/web', { ports: [aPort(), aPort({ port: 81 })] });
  await until(() => world.cluster.said('LoadBalancerNotAllowed') === 1);
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => JSON.stringify(world.clb.picture(clbId)).includes('80/10.0.0.2:8080'));
  expect(world.clb.writes.slice(writes).map(({ action }) => action)).toEqual(['register']);
});
