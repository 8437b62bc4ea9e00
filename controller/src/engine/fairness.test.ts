import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError } from '../core/model/cloud-error.ts';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
let looks: string[];
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  looks = [];
  world.clb.before = async (action, id) => {
    if (action === 'describeLoadBalancer') looks.push(id);
    await takes10Ms();
  };
});
afterEach(async () => passing(world.stop()));

/** A call. */
const takes10Ms = async () => new Promise<void>((resolve) => setTimeout(resolve, 10));
const addPod = (number: number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
const gate = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const opened = 'True LoadBalancerNetworkGroupReady';
const weightOf = (number: number) => world.clb.picture(clbId)[`80/10.0.0.${number}:8080`];
const looksAt = (id: string) => looks.filter((one) => one === id).length;
const absentLooks = () => looks.length - looksAt(clbId);

/** Services of another namespace that name CLBs which do not exist. */
function putAbsent(count: number): void {
  for (let number = 0; number < count; number += 1) {
    const name = `absent-${number}`;
    const existingLoadBalancer = `lb-absent${number}`;
    world.cluster.putService(aNewService({ namespace: 'other', name, uid: name, existingLoadBalancer }));
  }
}

/** One Service with two served pods and open gates. */
async function serving(): Promise<void> {
  world.cluster.putService(aNewService());
  [1, 2].forEach(addPod);
  await until(() => gate(1) === opened && gate(2) === opened);
}

describe('400 Services of another namespace that name absent CLBs', () => {
  test('hold up neither the weight 0 of a pod that ends, nor a gate', async () => {
    world.start();
    await serving();
    putAbsent(400);
    await until(() => absentLooks() > 8);
    const before = absentLooks();
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => weightOf(1) === 0);
    expect(absentLooks() - before).toBeLessThan(60);
    addPod(3);
    await until(() => gate(3) === opened);
    expect(absentLooks() - before).toBeLessThan(200);
  });

  test('cause no more looks than the budget of their namespace, and others have theirs', async () => {
    world.start({ looksPerMinute: 60 });
    putAbsent(400);
    await serving();
    await passMs(1_000);
    expect(absentLooks()).toBeGreaterThanOrEqual(10);
    expect(absentLooks()).toBeLessThanOrEqual(10 + 4);
  });
});

describe('five Services of another namespace that list a pod of this one, and name listeners that do not exist', () => {
  const listed = { namespace: 'shop', name: 'plain', uid: 'plain', ip: '10.0.0.9', labels: {} };
  const theirs = Array.from({ length: 5 }, (_, number) => `lists-${number}`);
  const ports = [{ name: '', protocol: 'TCP', port: 8080 }];
  const theirLooks = () => looks.length - looksAt(clbId);

  beforeEach(async () => {
    world.start({ looksPerMinute: 60, resyncMs: 600_000 });
    await serving();
    world.cluster.putPod(aPod(listed));
    for (const name of theirs) {
      const existingLoadBalancer = `lb-${name.replace('-', '')}`;
      world.clb.addLoadBalancer(existingLoadBalancer);
      const endpoints = [{ addresses: [listed.ip], ready: true, terminating: false }];
      const slices = [{ service: `other/${name}`, hasIps: true, ports, endpoints }];
      const names = { namespace: 'other', name, uid: name, existingLoadBalancer };
      world.cluster.putService(aNewService({ ...names, selector: {}, existingListeners: '80=lbl-nothere' }));
      world.cluster.putRelated({ kind: 'EndpointSlices', namespace: 'other', name }, { slices });
    }
    await until(() => world.cluster.said('ListenerNotFound') === 5);
    await passMs(60_000);
  });

  test('use up their own looks, and none of those of the pod that changes', async () => {
    const [before, sinceMs] = [theirLooks(), performance.now()];
    for (let number = 0; number < 30; number += 1) {
      world.cluster.putPod(aPod({ ...listed, containersReady: number % 2 === 0 }));
      await passMs(100);
    }
    expect(theirLooks() - before).toBeLessThanOrEqual(10 + 4 + (performance.now() - sinceMs) / 1_000);
    const askedMs = performance.now();
    addPod(3);
    await until(() => gate(3) === opened);
    expect(performance.now() - askedMs).toBeLessThan(2_000);
  });
});

describe('a CLB that is absent', () => {
  beforeEach(async () => {
    world.start({ resyncMs: 20 });
    await serving();
    putAbsent(1);
    await until(() => world.cluster.said('LoadBalancerNotFound') === 1);
    await passMs(20);
  });

  test('is looked at again neither for the time that passes nor for pods', async () => {
    world.cluster.putPod(aPod({ namespace: 'other', name: 'web-9', ip: '10.0.0.9' }));
    const [real, absent] = [looksAt(clbId), looksAt('lb-absent0')];
    await until(() => looksAt(clbId) > real + 5);
    expect(looksAt('lb-absent0')).toBe(absent);
  });

  test('is looked at again when its Service changes, and served if it is there then', async () => {
    world.clb.addLoadBalancer('lb-absent0');
    world.cluster.changeService('other/absent-0', { selector: { app: 'other' } });
    await until(() => world.clb.listenersOf('lb-absent0').length === 1);
  });
});

describe('a CLB that the cloud refuses to show', () => {
  const refused = () =>
    new CloudError('you may not', { kind: 'credentials', code: 'UnauthorizedOperation', action: 'DescribeListeners' });

  test('is left alone for long when nothing was ever seen of it', async () => {
    world.clb.fail = (_, id) => (id === 'lb-absent0' ? refused() : undefined);
    world.start({ resyncMs: 20 });
    putAbsent(1);
    await until(() => world.cluster.said('CredentialsRefused') === 1);
    await passMs(20);
    const before = looksAt('lb-absent0');
    await serving();
    await until(() => looksAt(clbId) > 10);
    expect(looksAt('lb-absent0')).toBe(before);
  });

  test('does not keep others from being asked for their health', async () => {
    world.clb.firstHealth = 'Unknown';
    world.clb.addLoadBalancer('lb-refused');
    world.start({ resyncMs: 60_000 });
    world.cluster.putService(aNewService({ name: 'locked', uid: 'locked', existingLoadBalancer: 'lb-refused' }));
    world.cluster.putService(aNewService());
    addPod(1);
    await until(() => world.clb.healthAsks.some((ids) => ids.length === 2));
    world.clb.fail = (_, ids) => (ids.split(',').includes('lb-refused') ? refused() : undefined);
    await until(() => world.cluster.said('CredentialsRefused') === 1);
    const before = world.clb.healthAsks.length;
    await until(() => world.clb.healthAsks.slice(before).filter((ids) => ids.join() === clbId).length > 5);
    const looked = looksAt(clbId);
    await until(() => world.clb.healthAsks.length > before + 20);
    expect(looksAt(clbId) - looked).toBeLessThan(5);
  });

  test('is looked at again soon after a restart when a record says that it may carry targets', async () => {
    world.start({ resyncMs: 20 });
    await serving();
    await passing(world.stop());
    world.clb.fail = refused;
    world.start({ resyncMs: 20 });
    await until(() => world.cluster.said('CredentialsRefused') === 1);
    await passMs(100);
    world.clb.fail = () => undefined;
    addPod(3);
    await until(() => gate(3) === opened);
  });

  test('is looked at again soon when it carries targets', async () => {
    world.start({ resyncMs: 20 });
    await serving();
    world.clb.fail = refused;
    await until(() => world.cluster.said('CredentialsRefused') === 1);
    await passMs(100);
    world.clb.fail = () => undefined;
    addPod(3);
    await until(() => gate(3) === opened);
  });
});

test('A pod behind a hundred CLBs has weight 0 at all within 25 s, although each change takes 6 s.', async () => {
  const ids = Array.from({ length: 100 }, (_, number) => `lb-real${number}`);
  world.start({ resyncMs: 600_000 });
  for (const [number, id] of ids.entries()) {
    world.clb.addLoadBalancer(id);
    const uid = `real-${number}`;
    world.cluster.putService(aNewService({ name: uid, uid, existingLoadBalancer: id }));
  }
  [1, 2].forEach(addPod);
  const weightsAt = (id: string) => Object.values(world.clb.picture(id)).join();
  await until(() => ids.every((id) => weightsAt(id) === '10,10') && gate(1) === opened);
  world.clb.before = async (action) => {
    if (action === 'setWeight') await new Promise<void>((resolve) => setTimeout(resolve, 6_000));
  };
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => ids.every((id) => weightsAt(id) === '0,10'), 25_000);
});

describe('what hangs for 30 s in one namespace', () => {
  const hang = async () => new Promise<void>((resolve) => setTimeout(resolve, 30_000));
  const isTheirs = ({ namespace }: { readonly namespace: string }) => namespace === 'other';
  const ofItsOwn = { existingLoadBalancer: undefined };
  const theirServices = (count: number, overrides = {}) => {
    for (let number = 0; number < count; number += 1) {
      const uid = `theirs-${number}`;
      world.cluster.putService(aNewService({ namespace: 'other', name: uid, uid, ...overrides }));
    }
  };

  test('does not keep the owners of others from their records and finalizers', async () => {
    const show = world.cluster.show.bind(world.cluster);
    world.cluster.show = async (owner, shown) => {
      if (isTheirs(owner)) await hang();
      await show(owner, shown);
    };
    theirServices(40, ofItsOwn);
    world.start();
    await passMs(2_000);
    world.cluster.putService(aNewService());
    await until(() => world.cluster.service('shop/web')?.hasFinalizer === true, 2_000);
  });

  test('does not keep the gates of others closed', async () => {
    const write = world.cluster.write.bind(world.cluster);
    world.cluster.write = async (pod, condition) => {
      if (isTheirs(pod)) await hang();
      await write(pod, condition);
    };
    for (let number = 1; number <= 100; number += 1)
      world.cluster.putPod(aPod({ namespace: 'other', name: `pod-${number}`, ip: `10.9.0.${number}` }));
    world.start();
    await passMs(2_000);
    world.cluster.putService(aNewService());
    addPod(1);
    await until(() => gate(1) === opened, 2_000);
  });

  test('does not keep others from having CLBs made', async () => {
    world.clb.before = async (action) => (action === 'createLoadBalancer' ? hang() : undefined);
    theirServices(5, ofItsOwn);
    world.start();
    await passMs(2_000);
    world.clb.before = () => undefined;
    world.cluster.putService(aNewService(ofItsOwn));
    await until(() => world.clb.balancers.size > 1, 2_000);
  });
});

test('what happens on one CLB costs no look at a waiting one of others', async () => {
  const waiting = 'lb-waiting';
  const theirs = { namespace: 'other', name: 'b', uid: 'b', existingLoadBalancer: waiting };
  world.clb.addLoadBalancer(waiting);
  world.cluster.putService(aNewService(theirs));
  world.cluster.putPod(aPod({ namespace: 'other', name: 'b-1', ip: '10.9.0.1' }));
  world.start({ resyncMs: 60_000 });
  await serving();
  await until(() => world.cluster.gateOf('other/b-1') === opened);
  world.cluster.changePod('other/b-1', { containersReady: false });
  await until(() => world.state?.of(waiting)?.waitsForHealth === true);
  await passMs(50);
  const before = looksAt(waiting);
  addPod(3);
  await until(() => gate(3) === opened);
  await passMs(50);
  expect(looksAt(waiting)).toBe(before);
});

test('Objects of a denied namespace that name the CLB are judged up to a number; the others are told so', async () => {
  world.start({ resyncMs: 60_000 });
  await serving();
  for (let number = 0; number < 120; number += 1) {
    const name = `theirs-${number}`;
    world.cluster.putService(aNewService({ namespace: 'other', name, uid: name, createdAtMs: 1_000 + number }));
  }
  await until(() => world.cluster.said('LoadBalancerNotAllowed') === 100 && world.cluster.said('QuotaReached') === 20);
  const { verdicts } = world.state?.of(clbId) ?? {};
  expect([...(verdicts?.values() ?? [])].filter((verdict) => verdict === 'denied')).toHaveLength(100);
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => weightOf(1) === 0);
});

test('Hundreds of ports in each of them are judged up to a number, and their gates are not asked anew', async () => {
  world.start({ resyncMs: 20 });
  await serving();
  world.cluster.putPod(aPod({ namespace: 'other', name: 'theirs', ip: '10.9.0.1' }));
  const ports = Array.from({ length: 500 }, (_, at) => aPort({ name: `p${at}`, port: 1_000 + at }));
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
    world.cluster.putService(aNewService({ namespace: 'other', name, uid: name, createdAtMs: 1_000, ports }));
  }
  await until(() => world.cluster.said('LoadBalancerNotAllowed') === 4 && world.cluster.said('QuotaReached') === 2);
  const { obstacles, verdicts } = world.state?.of(clbId) ?? {};
  expect([obstacles?.size, verdicts?.size]).toEqual([2_000, 5]);
  const asked = countAwaited();
  const before = looksAt(clbId);
  await until(() => looksAt(clbId) > before + 5);
  expect(asked).toContain('shop');
  expect(asked).not.toContain('other');
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => weightOf(1) === 0);
});

/** The namespaces whose waiting pods are looked up from now on. */
function countAwaited(): readonly string[] {
  const asked: string[] = [];
  const { cluster } = world;
  const awaitedIn = cluster.podsAwaitedIn.bind(cluster);
  cluster.podsAwaitedIn = (namespace) => {
    asked.push(namespace);
    return awaitedIn(namespace);
  };
  return asked;
}

test('looks that only time asks for come one after the other', async () => {
  const ids = Array.from({ length: 10 }, (_, number) => `lb-real${number}`);
  for (const [number, id] of ids.entries()) {
    world.clb.addLoadBalancer(id);
    const uid = `real-${number}`;
    world.cluster.putService(aNewService({ name: uid, uid, existingLoadBalancer: id }));
  }
  world.start({ resyncMs: 1_000 });
  await until(() => ids.every((id) => world.clb.listenersOf(id).length === 1));
  await passMs(300);
  const before = looks.length;
  await passMs(400);
  const inBetween = looks.length - before;
  expect(inBetween).toBeGreaterThanOrEqual(2);
  expect(inBetween).toBeLessThanOrEqual(7);
});
