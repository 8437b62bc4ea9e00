import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bindingKey } from '../core/model/binding.ts';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import { boundTargets, targetAt } from '../core/model/observed.ts';
import { aBinding, aNewService, anObserved, aPod, aPort, aTarget, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const addPods = (...numbers: number[]) =>
  numbers.forEach((number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` })));
const picture = () => world.clb.picture(clbId);
const isOpen = (number: number) => world.cluster.gateOf(`shop/web-${number}`) === 'True LoadBalancerNetworkGroupReady';
const cloudError = (kind: CloudErrorKind) => new CloudError(`it is ${kind}`, { kind, code: 'X', action: 'X' });
const stateNow = () => world.state?.of(clbId);
const obstacle = () => stateNow()?.obstacles.get(bindingKey(aBinding()))?.message;
const targetsNow = () => boundTargets(stateNow()?.observed ?? anObserved());
const healthOf = (ip: string) => targetAt(stateNow()?.observed, aTarget({ ip }))?.health;

async function serving(...numbers: number[]): Promise<void> {
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
  addPods(...numbers);
  world.start();
  await until(() => numbers.every(isOpen));
  await until(() => targetsNow().length === numbers.length);
}

/** In the console, so that the controller does not know. */
function deleteByHand(): void {
  const balancer = world.clb.balancers.get(clbId);
  balancer?.listeners.clear();
  balancer?.targets.clear();
}

describe('a listener that the CLB does not make', () => {
  test('stands in the way of its binding at once, and still does while it is tried again', async () => {
    const seen: (string | undefined)[] = [];
    world.clb.refuseListener = () => cloudError('refused');
    world.clb.before = (action) => {
      if (action === 'createListeners') seen.push(obstacle());
    };
    world.cluster.putService(aNewService());
    addPods(1);
    world.start();
    await until(() => world.cluster.said('CloudRefused') === 1);
    expect(obstacle()).toBe('it is refused');
    addPods(2);
    await until(() => seen.length === 2);
    expect(seen).toEqual([undefined, 'it is refused']);
  });

  test('is one event on a Service with fifty such ports', async () => {
    world.clb.refuseListener = () => cloudError('refused');
    world.cluster.putService(
      aNewService({ ports: Array.from({ length: 50 }, (_, index) => aPort({ port: 1 + index })) }),
    );
    world.start();
    await until(() => world.cluster.said('CloudRefused') > 0);
    const reported = world.cluster.announcements.filter(({ reason }) => reason === 'CloudRefused');
    expect(reported.map(({ message }) => message)).toEqual([
      expect.stringContaining('it is refused 49 more not made: TCP/2,'),
    ]);
  });

  test('is tried apart the next time, after everything else', async () => {
    world.clb.refuseListener = ({ place }) => (place.port === 80 ? cloudError('quota') : undefined);
    world.cluster.putService(aNewService({ ports: [aPort(), aPort({ port: 81 })] }));
    addPods(1);
    world.start();
    await until(() => '81/10.0.0.1:8080' in picture());
    expect(world.clb.createAsks.slice(0, 3)).toEqual([['TCP/80', 'TCP/81'], ['TCP/80'], ['TCP/81']]);
    await until(() => world.clb.createAsks.length > 3);
    expect(world.clb.createAsks[3]).toEqual(['TCP/80']);
    expect(world.clb.writes.map(({ action }) => action)).toEqual(['createListeners', 'register']);
  });

  test('is forgotten when its Service does not want it any more', async () => {
    world.clb.refuseListener = ({ place }) => (place.port === 80 ? cloudError('refused') : undefined);
    world.cluster.putService(aNewService());
    world.start();
    await until(() => world.cluster.said('CloudRefused') === 1);
    world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
    await until(() => world.clb.listenersOf(clbId).length === 1);
    await until(() => world.state?.memoryOf(clbId).refused.length === 0);
    expect(obstacle()).toBeUndefined();
  });
});

describe('a listener that was deleted by hand', () => {
  test('is reported as missing and as made again, on its Service', async () => {
    await serving(1);
    deleteByHand();
    addPods(2);
    await until(() => JSON.stringify(picture()) === '{"80/10.0.0.1:8080":10,"80/10.0.0.2:8080":10}');
    const reported = world.cluster.announcements.filter(({ reason }) => reason.startsWith('Listener'));
    expect(reported.map(({ about, reason }) => `${about} ${reason}`)).toEqual([
      'shop/web ListenerMissing',
      'shop/web ListenerRestored',
    ]);
    expect(reported[0]?.message).toContain('Listener lbl-1 (TCP/80) of lb-one is gone');
  });

  test('is reported as made again also when that took more than one try', async () => {
    await serving(1);
    deleteByHand();
    world.clb.refuseListener = () => cloudError('quota');
    addPods(2);
    await until(() => world.cluster.said('QuotaReached') === 1);
    expect(world.cluster.said('ListenerMissing')).toBe(1);
    world.clb.refuseListener = () => undefined;
    addPods(3);
    await until(() => world.cluster.said('ListenerRestored') === 1);
  });

  test('is missed at once while a gate waits for health', async () => {
    await serving(1);
    world.clb.firstHealth = 'Unknown';
    addPods(2);
    await until(() => healthOf('10.0.0.2') === 'Unknown');
    world.clb.firstHealth = 'Alive';
    deleteByHand();
    await until(() => isOpen(2));
    expect(world.cluster.said('ListenerMissing')).toBe(1);
  });

  test('and a CLB that is gone altogether, too', async () => {
    await serving(1);
    world.clb.firstHealth = 'Unknown';
    addPods(2);
    await until(() => healthOf('10.0.0.2') === 'Unknown');
    world.clb.balancers.delete(clbId);
    await until(() => world.cluster.said('LoadBalancerNotFound') === 1);
  });

  test('while a change was on its way to it is looked for without a pause', async () => {
    await serving(1);
    let failures = 0;
    world.clb.fail = (action) => (action === 'register' && (failures += 1) === 1 ? cloudError('gone') : undefined);
    const fromMs = performance.now();
    addPods(2);
    await until(() => isOpen(2));
    // The first pause after any other refusal is 2 s.
    expect(performance.now() - fromMs).toBeLessThan(1_800);
  });

  test('is not missed when it was us', async () => {
    await serving(1);
    world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
    await until(() => world.clb.listenersOf(clbId).every(({ port }) => port === 81));
    world.cluster.changeService('shop/web', { ports: [aPort()] });
    await until(() => world.clb.listenersOf(clbId).every(({ port }) => port === 80));
    expect(world.cluster.said('ListenerMissing')).toBe(0);
    expect(world.cluster.said('ListenerRestored')).toBe(0);
  });
});
