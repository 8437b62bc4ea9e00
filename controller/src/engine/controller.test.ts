import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import { boundTargets } from '../core/model/observed.ts';
import type { Deregister } from '../core/model/step.ts';
import { aListener, aNewService, anObserved, aPod, aPort, aTarget, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const podNumber = (number: number) => aPod({ name: `web-${number}`, ip: `10.0.0.${number}` });
const addPods = (...numbers: number[]) => numbers.forEach((number) => world.cluster.putPod(podNumber(number)));
const picture = () => world.clb.picture(clbId);
const gate = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const opened = 'True LoadBalancerNetworkGroupReady';
const waiting = 'False LoadBalancerNotReady';
const cloudError = (kind: CloudErrorKind) => new CloudError(`it is ${kind}`, { kind, code: 'X', action: 'X' });
const writesOf = (action: string) => world.clb.writes.filter((write) => write.action === action);
const deregister = (target: Deregister['target']): Deregister => {
  return { kind: 'deregister', target, place: { protocol: 'TCP', port: 80 }, owners: [], reason: 'not-wanted' };
};
const takes = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** Health is asked about a few more times, and nothing may come of it. */
const asksPass = async (asks = 3) => {
  const asked = world.clb.healthAsks.length;
  await until(() => world.clb.healthAsks.length > asked + asks);
};

/** One Service with served pods and open gates. */
async function serving(...numbers: number[]): Promise<void> {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  addPods(...numbers);
  world.start();
  await until(() => numbers.every((number) => gate(number) === opened));
}

describe('a rollout', () => {
  test('begins with a listener and targets, and a gate opens only after Alive', async () => {
    world.cluster.putService(aNewService());
    addPods(1, 2);
    world.start();
    await until(() => Object.keys(picture()).length === 2);
    await asksPass();
    expect([gate(1), gate(2)]).toEqual([waiting, waiting]);
    world.clb.setHealth('Alive', ({ ip }) => ip === '10.0.0.1');
    await until(() => gate(1) === opened);
    expect(gate(2)).toBe(waiting);
    world.clb.setHealth('Alive');
    await until(() => gate(2) === opened);
    expect(world.cluster.service('shop/web')?.ingress).toEqual(['192.0.2.1']);
    expect(writesOf('register')).toHaveLength(1);
  });

  test('replaces pods: weight 0 while they end, off when they are gone', async () => {
    await serving(1);
    addPods(2);
    await until(() => gate(2) === opened);
    world.cluster.changePod('shop/web-1', { ending: true, containersReady: false });
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    world.cluster.removePod('shop/web-1');
    await until(() => !('80/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual({ '80/10.0.0.2:8080': 10 });
  });

  test('in place drains a pod by a gate of its own, and gives it its weight back', async () => {
    await serving(1, 2);
    world.cluster.changePod('shop/web-1', { otherGateFalse: true });
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    expect(picture()['80/10.0.0.2:8080']).toBe(10);
    world.cluster.changePod('shop/web-1', { otherGateFalse: false });
    await until(() => picture()['80/10.0.0.1:8080'] === 10);
    expect(gate(1)).toBe(opened);
  });

  test('opens the gate of a pod whose other gate is False, and then takes its weight', async () => {
    world.cluster.putService(aNewService());
    world.cluster.putPod({ ...podNumber(1), otherGateFalse: true });
    addPods(2);
    world.clb.firstHealth = 'Alive';
    world.start();
    await until(() => gate(1) === opened && gate(2) === opened);
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    expect(picture()['80/10.0.0.2:8080']).toBe(10);
  });

  test('goes on at a pod that lacks one of two named ports: it serves the port that it has', async () => {
    const ports = [aPort({ targetPort: 'http' }), aPort({ port: 90, targetPort: 'metrics' })];
    world.cluster.putService(aNewService({ ports }));
    world.cluster.putPod({ ...podNumber(1), namedPorts: { 'TCP/http': 8080, 'TCP/metrics': 9090 } });
    world.cluster.putPod({ ...podNumber(2), namedPorts: { 'TCP/http': 8080 } });
    world.clb.firstHealth = 'Alive';
    world.start();
    await until(() => gate(1) === opened && gate(2) === opened);
    expect(picture()).toEqual({ '80/10.0.0.1:8080': 10, '80/10.0.0.2:8080': 10, '90/10.0.0.1:9090': 10 });
    expect(world.cluster.said('NoPodFits')).toBe(0);
  });

  test('waits at a pod whose check fails, says so, and goes on when it passes', async () => {
    await serving(1);
    world.clb.firstHealth = 'Dead';
    addPods(2);
    await until(() => world.cluster.said('HealthCheckFailing') === 1);
    expect(gate(2)).toBe(waiting);
    expect(picture()).toEqual({ '80/10.0.0.1:8080': 10, '80/10.0.0.2:8080': 10 });
    world.clb.setHealth('Alive');
    await until(() => gate(2) === opened);
  });

  test('a pod that takes over an IP is registered again and waits for a health of its own', async () => {
    await serving(1);
    world.clb.firstHealth = 'Unknown';
    world.cluster.removePod('shop/web-1');
    world.cluster.putPod(aPod({ uid: 'uid-new', ip: '10.0.0.1' }));
    await until(() => writesOf('register').length === 2);
    expect(writesOf('deregister')).toHaveLength(1);
    await asksPass();
    expect(gate(1)).toBe(waiting);
    world.clb.setHealth('Alive');
    await until(() => gate(1) === opened);
  });

  test('a new target port is served before the old one goes', async () => {
    await serving(1);
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { ports: [aPort({ targetPort: 9090 })] });
    await until(() => '80/10.0.0.1:9090' in picture());
    await asksPass();
    expect(picture()['80/10.0.0.1:8080']).toBe(10);
    world.clb.setHealth('Alive');
    await until(() => !('80/10.0.0.1:8080' in picture()));
    expect(picture()).toEqual({ '80/10.0.0.1:9090': 10 });
  });

  test('an annotation of any size and content costs one bounded line, in the event and in the condition', async () => {
    world.cluster.putService(aNewService({ existingLoadBalancer: '\u001b[2J\n'.repeat(20_000) }));
    addPods(1);
    world.start();
    await until(() => gate(1) === waiting && world.cluster.said('LoadBalancerIdMalformed') === 1);
    const condition = world.cluster.pod('shop/web-1')?.gate;
    const texts = [typeof condition === 'object' ? condition.message : '', world.cluster.announcements[0]?.message];
    for (const text of texts) {
      expect(text).toMatch(/is "\\u001b\[2J\\n[^\p{Cc}]*…"; write a CLB id/u);
      expect(text?.length).toBeLessThan(500);
    }
  });

  test('a pod that nothing selects opens its gate when it has settled', async () => {
    world.cluster.putPod(aPod({ labels: {}, createdAtMs: Date.now() }));
    world.start();
    await until(() => gate(1) === 'True NoLoadBalancerSelectsPod');
  });

  test('a pod that starts slowly waits for the CLB of a Service that comes before it is ready', async () => {
    world.cluster.putPod(aPod({ containersReady: false }));
    world.cluster.putPod(aPod({ name: 'alone', labels: {} }));
    world.start();
    await until(() => world.cluster.gateOf('shop/alone') === 'True NoLoadBalancerSelectsPod');
    expect(gate(1)).toBe('unset');
    world.cluster.putService(aNewService());
    await until(() => gate(1) === waiting);
    world.cluster.changePod('shop/web-1', { containersReady: true });
    await until(() => '80/10.0.0.1:8080' in picture());
    await asksPass();
    expect(gate(1)).toBe(waiting);
    world.clb.setHealth('Alive');
    await until(() => gate(1) === opened);
  });
});

describe('a refusal', () => {
  test('of one bad target holds up none of the others', async () => {
    world.clb.firstHealth = 'Alive';
    world.clb.refuse = ({ ip }) => (ip === '10.0.0.3' ? 'no such IP in the VPC' : undefined);
    world.cluster.putService(aNewService());
    addPods(1, 2, 3, 4, 5);
    world.start();
    await until(() => [1, 2, 4, 5].every((number) => gate(number) === opened));
    await until(() => JSON.stringify(world.cluster.pod('shop/web-3')).includes('no such IP'));
    expect(world.cluster.said('CloudRefused')).toBe(1);
    addPods(6);
    await until(() => gate(6) === opened);
    world.clb.refuse = () => undefined;
    addPods(7);
    await until(() => gate(3) === opened && gate(7) === opened);
  });

  test('of one target is shown in full in its own namespace, and without its address in others', async () => {
    world.clb.firstHealth = 'Alive';
    world.clb.refuse = ({ ip }) => (ip === '10.0.9.9' ? 'no such IP 10.0.9.9' : undefined);
    world.cluster.putService(aNewService());
    world.cluster.putService(aNewService({ namespace: 'other', uid: 'uid-other', ports: [aPort({ port: 81 })] }));
    addPods(1);
    world.cluster.putPod(aPod({ namespace: 'other', uid: 'uid-other-1', ip: '10.0.9.9' }));
    world.start({ placeRules: forEveryone });
    const shown = (namespace: string) =>
      JSON.stringify([
        world.cluster.announcements.filter(({ about }) => about.startsWith(`${namespace}/`)),
        world.cluster.pod(`${namespace}/web-1`)?.gate,
      ]);
    await until(() => gate(1) === opened && world.cluster.said('CloudRefused') === 2);
    await until(() => JSON.stringify(world.cluster.pod('other/web-1')).includes('no such IP 10.0.9.9'));
    expect(shown('other')).toContain('no such IP 10.0.9.9');
    expect(shown('shop')).toContain('concerns another namespace');
    expect(shown('shop')).not.toMatch(/10\.0\.9\.9|other\//);
  });

  test('of one listener is reported on its Service alone and keeps no other Service waiting', async () => {
    const full = new CloudError('80 is in a range', { kind: 'refused', code: 'X', action: 'CreateListener' });
    world.clb.firstHealth = 'Alive';
    world.clb.refuseListener = ({ place }) => (place.port === 80 ? full : undefined);
    world.cluster.putService(aNewService());
    addPods(1);
    const others = [81, 82, 83, 84, 85];
    for (const port of others) {
      world.cluster.putService(
        aNewService({ name: `s${port}`, ports: [aPort({ port })], selector: { app: `s${port}` } }),
      );
      world.cluster.putPod(aPod({ name: `s${port}`, labels: { app: `s${port}` }, ip: `10.0.1.${port}` }));
    }
    world.start();
    await until(() => others.every((port) => world.cluster.gateOf(`shop/s${port}`) === opened));
    await until(() => JSON.stringify(world.cluster.pod('shop/web-1')).includes('80 is in a range'));
    const isTrouble = new Set(['CloudRefused', 'CloudUnavailable']);
    const reported = world.cluster.announcements.filter(({ reason }) => isTrouble.has(reason));
    expect(new Set(reported.map(({ about, reason, message }) => `${about} ${reason} ${message}`))).toEqual(
      new Set(['shop/web CloudRefused 80 is in a range']),
    );
    expect(world.state?.of(clbId)?.trouble).toBeUndefined();
    world.clb.refuseListener = () => undefined;
    addPods(2);
    await until(() => gate(1) === opened && gate(2) === opened);
  });

  test('of one step starves no other step', async () => {
    await serving(1, 2);
    world.clb.fail = (action) => (action === 'setWeight' ? cloudError('refused') : undefined);
    world.cluster.changePod('shop/web-1', { ending: true });
    addPods(3);
    await until(() => gate(3) === opened);
    expect(picture()['80/10.0.0.1:8080']).toBe(10);
    world.clb.fail = () => undefined;
    addPods(4);
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
  });

  test('that may pass does not hold up the weight 0 of a pod that ends meanwhile', async () => {
    await serving(1, 2);
    let failures = 0;
    world.clb.fail = (action) => {
      if (action !== 'createListeners') return undefined;
      failures += 1;
      return cloudError('throttled');
    };
    world.cluster.putService(aNewService({ name: 'other', uid: 'other', ports: [aPort({ port: 81 })] }));
    await until(() => failures === 2);
    const fromMs = performance.now();
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    // The second pause of the failing step is at least 1.5 s.
    expect(performance.now() - fromMs).toBeLessThan(1_300);
    expect(world.state?.of(clbId)?.trouble?.message).toBe('it is throttled');
  });

  test('to let the CLB be looked at does not hold up the weight 0 of a pod that ends', async () => {
    await serving(1, 2);
    const blind: string[] = ['describeLoadBalancer', 'describeListeners', 'describeTargets', 'describeHealth'];
    world.clb.fail = (action) => (blind.includes(action) ? cloudError('transient') : undefined);
    addPods(3);
    await until(() => world.cluster.said('CloudUnavailable') > 0);
    world.cluster.changePod('shop/web-1', { ending: true });
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    expect(picture()['80/10.0.0.2:8080']).toBe(10);
  });

  test('is suspected when a change is confirmed and never shows, and then there is no hot loop', async () => {
    world.cluster.putService(aNewService());
    addPods(1);
    world.clb.before = (action) => {
      if (action === 'describeTargets') world.clb.balancers.get(clbId)?.targets.clear();
    };
    world.start();
    await until(() => world.cluster.said('CloudRefused') > 0);
    await asksPass();
    expect(writesOf('register')).toHaveLength(2);
  });

  test('of a port that is held by others is reported once, and nothing is touched', async () => {
    world.clb.addListener(clbId, aListener({ name: 'mine' }));
    world.cluster.putService(aNewService());
    addPods(1, 2, 3);
    world.start();
    await until(() => gate(1) === waiting && world.cluster.said('ListenerConflict') > 0);
    addPods(4);
    await until(() => gate(4) === waiting);
    expect(world.cluster.said('ListenerConflict')).toBe(1);
    expect(world.clb.writes).toEqual([]);
    expect(world.cluster.service('shop/web')?.ingress).toEqual([]);
  });
});

describe('a CLB that cannot be reached', () => {
  test('is trouble in the observed state, on the Service and at the gate, and heals', async () => {
    world.clb.fail = () => cloudError('busy');
    world.cluster.putService(aNewService());
    addPods(1);
    world.start();
    await until(() => gate(1) === waiting && world.cluster.said('LoadBalancerBusy') === 1);
    expect(world.state?.of(clbId)?.trouble?.message).toBe('it is busy');
    await until(() => JSON.stringify(world.cluster.pod('shop/web-1')).includes('it is busy'));
    world.clb.firstHealth = 'Alive';
    world.clb.fail = () => undefined;
    await until(() => gate(1) === opened);
    await until(() => world.state?.of(clbId)?.trouble === undefined);
  });

  test('does not make the gate flap between two reasons', async () => {
    world.clb.fail = (action) => (action === 'register' ? cloudError('busy') : undefined);
    world.clb.before = async (action) => (action === 'register' ? takes(10) : undefined);
    world.cluster.putService(aNewService());
    addPods(1);
    world.start();
    await until(() => JSON.stringify(world.cluster.pod('shop/web-1')).includes('it is busy'));
    const { length } = world.cluster.gateWrites;
    await passMs(500);
    expect(world.cluster.gateWrites).toHaveLength(length);
  });

  test('because it does not exist is reported, harms no other CLB, and counts as free', async () => {
    const lost = { name: 'lost', existingLoadBalancer: 'lb-lost', selector: { app: 'lost' } };
    world.cluster.putService(aNewService(lost));
    await serving(1);
    await until(() => world.cluster.said('LoadBalancerNotFound') === 1);
    world.cluster.deleteService('shop/lost');
    await until(() => world.cluster.service('shop/lost') === undefined);
    expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
  });
});

describe('a restart', () => {
  test('in the middle registers nothing twice', async () => {
    world.cluster.putService(aNewService());
    addPods(1, 2);
    world.start();
    await until(() => Object.keys(picture()).length === 2);
    await passing(world.stop());
    addPods(3);
    world.start();
    await until(() => Object.keys(picture()).length === 3);
    world.clb.setHealth('Alive');
    await until(() => [1, 2, 3].every((number) => gate(number) === opened));
    const registered = writesOf('register').flatMap(({ keys }) => keys);
    expect(registered).toHaveLength(new Set(registered).size);
    expect(writesOf('createListeners')).toHaveLength(1);
    expect(writesOf('deregister')).toEqual([]);
  });

  test.each([1, 2, 3, 4])('after write number %s loses nothing and doubles nothing', async (number) => {
    await serving(1);
    const { length } = world.clb.writes;
    world.cluster.changeService('shop/web', { ports: [aPort(), aPort({ port: 443 })] });
    world.cluster.changePod('shop/web-1', { ending: true });
    addPods(2);
    await until(() => world.clb.writes.length >= Math.min(length + number, length + 3));
    await passing(world.stop());
    world.start();
    await until(() => '443/10.0.0.2:8080' in picture() && gate(2) === opened);
    await until(() => picture()['80/10.0.0.1:8080'] === 0);
    world.cluster.removePod('shop/web-1');
    await until(() => JSON.stringify(picture()) === '{"443/10.0.0.2:8080":10,"80/10.0.0.2:8080":10}');
    expect(world.clb.listenersOf(clbId)).toHaveLength(2);
  });

  test('where the cloud returns no tags knows whose a target is once it has seen the pod', async () => {
    world.clb.returnsTags = false;
    await serving(1);
    await passing(world.stop());
    world.start({ limits });
    await until(() => boundTargets(world.state?.of(clbId)?.observed ?? anObserved()).length === 1);
    world.cluster.changePod('shop/web-1', { ending: true });
    world.cluster.removePod('shop/web-1');
    await until(() => Object.keys(picture()).length === 0);
  });
});

describe('a Service that ends', () => {
  test('loses its listeners and then its finalizer', async () => {
    await serving(1);
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(world.clb.listenersOf(clbId)).toEqual([]);
  });

  test('is not released while its listener is being made', async () => {
    world.cluster.putService(aNewService());
    addPods(1);
    world.clb.before = async (action) => {
      if (action !== 'createListeners') return;
      world.cluster.deleteService('shop/web');
      await passMs(50);
    };
    world.start();
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(writesOf('createListeners')).toHaveLength(1);
    expect(world.clb.listenersOf(clbId)).toEqual([]);
  });

  test('during the look gets no listener any more', async () => {
    world.cluster.putService(aNewService());
    world.clb.before = (action) => {
      if (action === 'describeListeners') world.cluster.deleteService('shop/web');
    };
    world.start();
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(world.clb.writes).toEqual([]);
  });

  test('with many ports does not hold up the weight 0 of a pod of another Service that ends meanwhile', async () => {
    await serving(1, 2);
    const ports = Array.from({ length: 20 }, (_, index) => aPort({ port: 100 + index }));
    world.cluster.putService(aNewService({ name: 'other', uid: 'other', ports }));
    await until(() => world.clb.balancers.get(clbId)?.listeners.size === 21);
    world.clb.before = (action) => {
      if (action === 'deleteListener') world.cluster.changePod('shop/web-1', { ending: true });
    };
    world.cluster.deleteService('shop/other');
    await until(() => world.clb.balancers.get(clbId)?.listeners.size === 1);
    const kinds = world.clb.writes.map(({ action }) => action);
    const drainedAt = kinds.lastIndexOf('setWeight');
    expect(kinds.slice(0, drainedAt).filter((kind) => kind === 'deleteListener').length).toBeLessThan(10);
    expect(picture()['80/10.0.0.1:8080']).not.toBe(10);
  });

  test('keeps the listeners of others on the same CLB', async () => {
    world.clb.addListener(clbId, aListener({ id: 'lbl-mine', name: 'mine', port: 22 }));
    world.cluster.putService(aNewService({ name: 'api', ports: [aPort({ port: 443 })] }));
    await serving(1);
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(world.clb.listenersOf(clbId).map(({ port }) => port)).toEqual([22, 443]);
  });
});

describe('a Service that moves to another CLB', () => {
  beforeEach(() => {
    world.clb.addLoadBalancer('lb-two', { vips: ['192.0.2.2'] });
  });

  test('is carried by the new one before the old one is released', async () => {
    await serving(1);
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two' });
    await until(() => '80/10.0.0.1:8080' in world.clb.picture('lb-two'));
    await asksPass();
    expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
    world.clb.setHealth('Alive');
    await until(() => world.clb.listenersOf(clbId).length === 0);
    await until(() => world.cluster.service('shop/web')?.recordedLoadBalancers.join() === 'lb-two');
    expect(world.cluster.service('shop/web')?.ingress).toEqual(['192.0.2.2']);
  });

  test('and is healthy there at the first look does not wait for a resync', async () => {
    world.clb.addLoadBalancer('lb-two');
    await serving(1);
    world.clb.before = async (action) => (action === 'register' ? takes(30) : undefined);
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two' });
    await until(() => world.clb.listenersOf(clbId).length === 0);
  });

  test('and has no pod does not wait for a resync', async () => {
    await serving(1);
    world.cluster.changePod('shop/web-1', { ending: true });
    world.cluster.removePod('shop/web-1');
    await until(() => Object.keys(picture()).length === 0);
    world.cluster.changeService('shop/web', { existingLoadBalancer: 'lb-two' });
    await until(() => world.clb.listenersOf(clbId).length === 0);
    expect(world.clb.listenersOf('lb-two')).toHaveLength(1);
  });
});

describe('in the long run', () => {
  test('health is asked about only while a gate waits', async () => {
    await serving(1);
    await until(
      () => world.state?.dueForHealth({ nowMs: performance.now(), verifyMs: 0, isHeld: () => false }).length === 0,
    );
    const settled = world.clb.healthAsks.length;
    await passMs(200);
    // The look that confirms the last change may still have been on its way.
    expect(world.clb.healthAsks.length).toBeLessThanOrEqual(settled + 1);
  });

  test('what was changed by hand is corrected at the next resync', async () => {
    world.clb.firstHealth = 'Alive';
    world.cluster.putService(aNewService());
    addPods(1, 2);
    world.start({ resyncMs: 50 });
    await until(() => gate(1) === opened && gate(2) === opened);
    const correct = picture();
    const at = { listenerId: world.clb.listenersOf(clbId)[0]?.id ?? '' };
    const { signal } = new AbortController();
    world.clb.addTarget(clbId, aTarget({ ...at, weight: 77 }));
    world.clb.addTarget(clbId, aTarget({ ...at, ip: '10.9.9.9', tag: undefined }));
    await world.clb.deregister(clbId, [deregister({ ...at, ip: '10.0.0.2', port: 8080 })], signal);
    await until(() => JSON.stringify(picture()) === JSON.stringify(correct));
    await world.clb.deleteListener(clbId, at.listenerId, signal);
    await until(() => JSON.stringify(picture()) === JSON.stringify(correct));
    expect(world.clb.listenersOf(clbId)).toHaveLength(1);
  });

  test('an abort before the caches have synced is no failure', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    world.start({ openCluster: async () => promise });
    setTimeout(() => reject(new Error('stopped before the first list')), 10);
    await expect(passing(world.stop())).resolves.toBeUndefined();
  });

  test('an abort ends everything, also in the middle of a call', async () => {
    world.cluster.putService(aNewService());
    addPods(1);
    world.start({ limits: { ...limits, drainMs: 60_000 } });
    const { promise: held, resolve } = Promise.withResolvers<undefined>();
    world.clb.before = async (action) => (action === 'register' ? held : undefined);
    await until(() => world.clb.listenersOf(clbId).length === 1);
    setTimeout(() => resolve(undefined), 30);
    await passing(world.stop());
    const { length } = world.clb.writes;
    addPods(2);
    await passMs(50);
    expect(world.clb.writes).toHaveLength(length);
  });
});
