import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { tkeListener } from '../core/model/adoption.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import { aNewService, aNode, aPod, aPort, aService, aTarget, clbId, limits } from '../testing/builders.ts';
import { refused } from '../testing/fake-load-balancer.ts';
import { adopting, TkeWorld, tkeTags } from '../testing/tke-world.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { forEveryone } from '../testing/world.ts';

inVirtualTime();

let world: TkeWorld;
beforeEach(() => {
  world = new TkeWorld();
});
afterEach(async () => passing(world.stop()));

const addPods = (...numbers: number[]) =>
  numbers.forEach((number) => world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` })));
const isOpen = (number: number) => world.cluster.gateOf(`shop/web-${number}`) === 'True LoadBalancerNetworkGroupReady';
const picture = () => world.clb.picture(clbId);
const ours = (port = 80) => `lbl-tke-${port} clb-direct_cls-test_uid-web`;
const theirs = (port = 80) => `lbl-tke-${port} TKE-DEDICATED-LISTENER`;
const writes = (action: string) => world.clb.writes.filter((write) => write.action === action);
const messageOf = (reason: string) => world.cluster.announcements.find((one) => one.reason === reason)?.message ?? '';
const onPods = { '80/10.0.0.1:8080': 10, '80/10.0.0.2:8080': 10 };
const isOnPodsAlone = () => JSON.stringify(picture()) === JSON.stringify(onPods);
const onNodes = { '80/10.1.0.1:30080': 10, '80/10.1.0.2:30080': 10 };

async function looks(count = 4): Promise<void> {
  let left = count;
  const { before } = world.clb;
  world.clb.before = (action, id) => {
    if (action === 'describeListeners') left -= 1;
    return before(action, id);
  };
  await until(() => left <= 0);
}

function start(overrides: Parameters<TkeWorld['start']>[0] = {}): void {
  world.start({ resyncMs: 20, ...overrides });
}

describe("A listener with nodes' targets", () => {
  beforeEach(() => {
    world.addTkeListener();
    world.addNodeTargets();
    world.watch();
    addPods(1, 2);
  });

  test('gets our name; the nodes go on until the pods are Alive, and are drained before they leave', async () => {
    const drained: string[] = [];
    const deregister = world.clb.deregister.bind(world.clb);
    world.clb.deregister = async (id, steps, signal) => {
      drained.push(...steps.map(({ target }) => `${target.ip} ${picture()[`80/${target.ip}:${target.port}`]}`));
      return deregister(id, steps, signal);
    };
    world.clb.firstHealth = 'Unknown';
    world.cluster.putService(adopting());
    start();
    await until(() => Object.keys(picture()).length === 4);
    expect(world.listeners()).toEqual([ours()]);
    await looks();
    expect(picture()).toEqual({ ...onNodes, ...onPods });
    world.clb.setHealth('Alive');
    await until(isOnPodsAlone);
    expect(picture()).toEqual(onPods);
    expect(drained.toSorted()).toEqual(['10.1.0.1 0', '10.1.0.2 0']);
    expect(world.emptied).toEqual([]);
    expect(world.cluster.service('shop/web')?.ingress).toEqual(['192.0.2.1']);
  });

  test('drains nodes as well that TKE registered by their addresses', async () => {
    for (const [key, target] of [...(world.clb.balancers.get(clbId)?.targets ?? [])])
      world.clb.balancers.get(clbId)?.targets.set(key, { ...target, instanceId: undefined });
    const zeros: string[] = [];
    const setWeight = world.clb.setWeight.bind(world.clb);
    world.clb.setWeight = async (id, steps, signal) => {
      zeros.push(...steps.map(({ target }) => target.ip));
      return setWeight(id, steps, signal);
    };
    world.cluster.putService(adopting());
    start();
    await until(isOnPodsAlone);
    expect(zeros.toSorted()).toEqual(['10.1.0.1', '10.1.0.2']);
  });

  test('is told once, and is neither a renamed listener nor one with targets that somebody added', async () => {
    world.cluster.putService(adopting());
    start();
    await until(isOnPodsAlone);
    await until(() => world.cluster.service('shop/web')?.condition?.status === 'True');
    expect(messageOf('ListenerAdopted')).toContain('Listener lbl-tke-80 (TCP/80) of lb-one');
    expect(messageOf('ListenerAdopted')).toContain('Its 2 targets go on');
    const others = ['ListenerRenamed', 'ForeignTarget', 'ListenerConflict', 'AdoptionRefused'];
    expect(others.map((reason) => world.cluster.said(reason))).toEqual([0, 0, 0, 0]);
    expect(world.undone).toEqual([]);
  });

  test('keeps its nodes while the pods are not Alive, however long that is, and across a restart', async () => {
    world.clb.firstHealth = 'Dead';
    world.cluster.putService(adopting());
    start({ limits: { ...limits, drainMs: 20 } });
    await until(() => Object.keys(picture()).length === 4);
    await looks();
    await passing(world.stop());
    start({ limits: { ...limits, drainMs: 20 } });
    await looks(8);
    expect(picture()).toEqual({ ...onNodes, ...onPods });
  });

  test.each(['modifyListener', 'register', 'setWeight', 'deregister'] as const)(
    'is adopted all the same when the answer of %s is lost and the controller dies after it',
    async (action) => {
      let isLost = false;
      world.clb.loseAnswer = (one) => !isLost && (isLost = one === action);
      world.cluster.putService(adopting());
      start();
      await until(() => isLost);
      await passing(world.stop());
      start();
      await until(() => isOnPodsAlone() && isOpen(2));
      expect(picture()).toEqual(onPods);
      expect(world.listeners()).toEqual([ours()]);
      expect([world.emptied, writes('createListeners'), writes('deleteListener')]).toEqual([[], [], []]);
    },
  );

  test('counts as served only when it has our name', async () => {
    world.clb.fail = (action) => (action === 'modifyListener' ? refused('NotNow', 'not now') : undefined);
    world.cluster.putService(adopting());
    start();
    await until(isOnPodsAlone);
    await looks();
    expect(world.cluster.service('shop/web')?.condition).toMatchObject({ status: 'False', reason: 'ListenerAdopted' });
    expect(isOpen(1)).toBe(false);
    world.clb.fail = () => undefined;
    await until(() => world.cluster.service('shop/web')?.condition?.status === 'True' && isOpen(1));
    expect(world.listeners()).toEqual([ours()]);
  });

  test('waits for a pod that the CLB reaches directly', async () => {
    world.cluster.changePod('shop/web-1', { network: 'host' });
    world.cluster.changePod('shop/web-2', { containersReady: false });
    world.cluster.putService(adopting());
    start();
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    expect(messageOf('AdoptionRefused')).toContain('a pod of this Service is ready');
    await looks();
    expect([world.listeners(), picture(), world.clb.writes]).toEqual([[theirs()], onNodes, []]);
    world.cluster.changePod('shop/web-2', { containersReady: true });
    await until(() => Object.keys(picture()).length === 1);
    expect(world.emptied).toEqual([]);
  });

  test('is adopted although the CLB has no room for another listener, and none for all targets at once', async () => {
    world.clb.quota = { listeners: 1, targets: 3 };
    world.cluster.putService(adopting());
    start();
    await until(() => world.listeners()[0] === ours());
    await until(isOnPodsAlone);
    expect(world.emptied).toEqual([]);
  });

  test('waits until TKE is told to leave the Service alone', async () => {
    world.cluster.putService(adopting(clbId, { annotations: { [annotation.adopt]: clbId } }));
    start();
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    expect(messageOf('AdoptionRefused')).toContain('service.cloud.tencent.com/mode: "skip"');
    await looks();
    expect([world.listeners(), world.clb.writes]).toEqual([[theirs()], []]);
    world.cluster.putService(adopting());
    await until(() => world.listeners()[0] === ours());
  });

  test('stays as it is while the Service only asks for the plan, which says what would be done', async () => {
    world.addTkeListener(81);
    world.addTkeListener(82, 'mine');
    const ports = [80, 82, 83].map((port) => aPort({ port }));
    world.cluster.putService(adopting(`plan ${clbId}`, { ports }));
    start();
    await until(() => world.cluster.service('shop/web')?.condition?.reason === 'AdoptionPlanned');
    const plan = messageOf('AdoptionPlanned');
    expect(plan).toContain(
      "TCP/80: listener lbl-tke-80 gets clb-direct's name; of its 2 targets 0 stay and 2 are drained once",
    );
    expect(plan).toContain('TCP/82: waits, because lbl-tke-82 (TCP/82) stays as it is');
    expect(plan).toContain('TCP/83: a listener is made.');
    expect(plan).toContain(
      'listeners left as they are, because no port of the Service wants them: lbl-tke-81 (TCP/81)',
    );
    await looks();
    expect([world.clb.writes, world.cluster.recordWrites, world.cluster.showWrites]).toEqual([[], [], []]);
  });

  test('is left alone when the Service wants its port no longer before it has our name', async () => {
    world.addTkeListener(81, 'clb-direct_cls-test_uid-web');
    world.addDirectTargets(81);
    world.clb.fail = (action) => (action === 'modifyListener' ? refused('NotNow', 'not now') : undefined);
    world.cluster.putService(adopting(clbId, { ports: [80, 81].map((port) => aPort({ port })) }));
    start({ resyncMs: 60_000 });
    await until(() => world.cluster.said('CloudRefused') > 0 && picture()['80/10.0.0.2:8080'] === 10);
    const before = picture();
    world.cluster.changeService('shop/web', { ports: [aPort({ port: 81 })] });
    await until(() => world.cluster.service('shop/web')?.condition?.status === 'True');
    world.cluster.changePod('shop/web-1', { containersReady: false });
    await until(() => picture()['81/10.0.0.1:8080'] === 0);
    expect([world.listeners()[0], picture()]).toEqual([theirs(), { ...before, '81/10.0.0.1:8080': 0 }]);
  });

  test("is told when TKE's controller is let loose on it again", async () => {
    world.cluster.putService(adopting());
    start();
    await until(isOnPodsAlone);
    expect(world.cluster.said('AdoptionRefused')).toBe(0);
    world.cluster.changeService('shop/web', { annotations: { [annotation.adopt]: clbId } });
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    expect(messageOf('AdoptionRefused')).toContain('mode: "skip" again');
    expect([world.listeners(), picture()]).toEqual([[ours()], onPods]);
  });

  test('keeps its nodes where the Service asks for nodes: nothing but its name changes', async () => {
    const nodes = [aNode(), aNode({ name: 'node-2', ips: ['10.1.0.2'] })];
    world.cluster.putRelated({ kind: 'Nodes', namespace: '', name: '' }, { nodes });
    world.cluster.putService(adopting(clbId, { directAccess: 'false', ports: [aPort({ nodePort: 30_080 })] }));
    start();
    await until(() => world.cluster.service('shop/web')?.condition?.status === 'True');
    await looks();
    expect([world.listeners(), picture()]).toEqual([[ours()], onNodes]);
    expect(world.clb.writes.map(({ action }) => action)).toEqual(['modifyListener']);
  });

  test('goes with the Service later, and the CLB stays', async () => {
    world.cluster.putService(adopting());
    start();
    await until(() => isOpen(1) && isOpen(2));
    world.cluster.deleteService('shop/web');
    await until(() => world.cluster.service('shop/web') === undefined);
    expect(world.listeners()).toEqual([]);
    expect(world.clb.balancers.has(clbId)).toBe(true);
    await looks(0);
  });

  test('goes back as it stands, and is adopted again after that', async () => {
    world.cluster.putService(adopting());
    start();
    await until(() => isOnPodsAlone() && isOpen(1) && isOpen(2));
    const { annotations } = adopting();
    world.cluster.changeService('shop/web', { annotations: { ...annotations, [annotation.mode]: 'skip' } });
    await until(() => world.cluster.said('Skipped') > 0);
    world.cluster.changeService('shop/web', { managed: undefined });
    await until(() => world.cluster.service('shop/web')?.hasFinalizer === false);
    expect([picture(), world.listeners()]).toEqual([onPods, [ours()]]);
    world.addTkeListener();
    world.cluster.putService(adopting());
    await until(() => world.listeners()[0] === ours() && world.cluster.service('shop/web')?.hasFinalizer === true);
    expect(picture()).toEqual(onPods);
    expect(world.emptied).toEqual([]);
  });
});

describe("A listener with pods' targets", () => {
  beforeEach(() => {
    world.addTkeListener();
    world.addDirectTargets();
    world.watch();
    addPods(1, 2);
    world.cluster.putService(adopting());
  });

  test('keeps them: nothing but its name changes', async () => {
    start();
    await until(() => isOpen(1) && isOpen(2));
    expect([world.listeners(), picture()]).toEqual([[ours()], onPods]);
    expect(world.clb.writes.map(({ action }) => action)).toEqual(['modifyListener']);
  });

  test('loses those whose pods it does not select, when the others serve', async () => {
    world.cluster.changePod('shop/web-2', { labels: { app: 'old' } });
    start();
    await until(() => Object.keys(picture()).length === 1);
    expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
    expect(world.emptied).toEqual([]);
  });
});

test('Each port has its listener; one that no port wants, or that TKE did not name, stays as it is.', async () => {
  for (const port of [80, 81, 82]) world.addTkeListener(port, port === 82 ? 'mine' : undefined);
  for (const port of [80, 81, 82]) world.addNodeTargets(port);
  addPods(1, 2);
  world.cluster.putService(adopting(clbId, { ports: [80, 82, 83].map((port) => aPort({ port })) }));
  start();
  await until(() => picture()['83/10.0.0.1:8080'] === 10 && picture()['80/10.1.0.1:30080'] === undefined);
  await until(() => world.cluster.said('ListenerConflict') > 0);
  expect(world.listeners()).toEqual([ours(), theirs(81), 'lbl-tke-82 mine', expect.stringContaining('uid-web')]);
  expect(picture()).toMatchObject({ '81/10.1.0.1:30081': 10, '82/10.1.0.1:30082': 10 });
});

describe('Nothing is changed', () => {
  const isRefused = async (service = adopting()) => {
    world.addTkeListener();
    world.addNodeTargets();
    addPods(1, 2);
    world.cluster.putService(service);
    start({ placeRules: forEveryone });
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    await looks();
    expect([world.listeners(), picture(), world.clb.writes]).toEqual([[theirs()], onNodes, []]);
    expect([world.cluster.recordWrites, world.cluster.showWrites]).toEqual([[], []]);
  };

  test.each([
    ['without tags', {}],
    ['of another cluster', { ...tkeTags, 'tke-clusterId': 'cls-other' }],
    ['made for another Service', { ...tkeTags, 'tke-lb-serviceuuid': 'uid-other' }],
    ["that TKE's controller uses and did not make", { ...tkeTags, 'tke-createdBy-flag': 'no' }],
    ['made for two', { ...tkeTags, 'uid-other': 'tke-lb-serviceId' }],
  ])('on a CLB %s', async (_, tags) => {
    world = new TkeWorld(tags);
    await isRefused();
    expect(messageOf('AdoptionRefused')).toContain('tke-clusterId=cls-test, tke-lb-serviceuuid=uid-web');
    expect(messageOf('AdoptionRefused')).not.toContain('other');
  });

  test('for a Service of another namespace, also one of the same name, and for one that was made again', async () => {
    await isRefused(adopting(clbId, { namespace: 'evil', uid: 'uid-evil' }));
  });

  test('and no new listener is made for whoever names the CLB of another Service', async () => {
    await isRefused(adopting(clbId, { namespace: 'evil', uid: 'uid-evil', ports: [aPort({ port: 9090 })] }));
  });

  test('where the administrator gives the CLB to another namespace', async () => {
    world.addTkeListener();
    addPods(1);
    world.cluster.putService(adopting());
    start({ placeRules: { rules: [{ balancers: clbId, namespaces: ['other'] }], reservationMs: 0 } });
    await until(() => world.cluster.said('LoadBalancerNotAllowed') > 0);
    expect([world.listeners(), world.clb.writes]).toEqual([[theirs()], []]);
  });
});

describe("A CLB that TKE's controller serves for a Service of another namespace", () => {
  const evil = (overrides: Partial<ServiceFacts> = {}) =>
    aNewService({ namespace: 'evil', uid: 'uid-evil', createdAtMs: 0, ...overrides });
  const ofTke = aService({ managed: undefined, hasFinalizer: false, existingLoadBalancer: undefined });

  const serving = { '80/10.1.0.1:30080': 10 };

  beforeEach(() => {
    world.clb.addListener(clbId, { id: 'lbl-a1b2', name: tkeListener, protocol: 'TCP', port: 80 });
    world.clb.addTarget(clbId, aTarget({ listenerId: 'lbl-a1b2', ip: '10.1.0.1', port: 30_080, tag: '' }));
    world.cluster.putPod(aPod({ namespace: 'evil', ip: '10.6.6.6' }));
    world.cluster.putService(ofTke);
  });

  test.each<[string, Partial<ServiceFacts>]>([
    ['no target at its listeners', { existingListeners: '80=lbl-a1b2' }],
    ['no listener', { ports: [aPort({ port: 9090 })] }],
  ])('gives %s', async (_, overrides) => {
    world.cluster.putService(evil(overrides));
    start();
    await looks(8);
    expect([picture(), world.listeners()]).toEqual([serving, [`lbl-a1b2 ${tkeListener}`]]);
    expect(world.cluster.said('LoadBalancerNotAllowed')).toBeGreaterThan(0);
  });

  test('gives both where a rule says so', async () => {
    world.cluster.putService(evil({ existingListeners: '80=lbl-a1b2' }));
    start({ placeRules: { rules: [{ balancers: clbId, namespaces: ['evil'] }], reservationMs: 0 } });
    await until(() => '80/10.6.6.6:8080' in picture());
  });
});

test('An administrator who forbids the CLB forbids the rest of an adoption too; what stands stays.', async () => {
  world.addTkeListener(80);
  world.addTkeListener(81, 'clb-direct_cls-test_uid-web');
  world.addDirectTargets(81);
  addPods(1, 2);
  world.cluster.putService(adopting(clbId, { ports: [80, 81].map((port) => aPort({ port })) }));
  start({ placeRules: { rules: [{ balancers: clbId, namespaces: ['other'] }], reservationMs: 0 } });
  await until(() => world.cluster.service('shop/web')?.hasFinalizer === true);
  await until(() => world.cluster.said('LoadBalancerNotAllowed') > 0);
  await looks();
  expect(world.listeners()).toEqual([theirs(), ours(81)]);
});

test('That another namespace was on the CLB first is no obstacle: the proof is stronger.', async () => {
  world.cluster.putService(
    aService({ namespace: 'evil', name: 'squatter', ports: [aPort({ port: 9090 })], hasFinalizer: false }),
  );
  start();
  await until(() => world.listeners().length === 1);
  world.addTkeListener();
  world.addDirectTargets();
  addPods(1, 2);
  world.cluster.putService(adopting(clbId, { createdAtMs: 5 }));
  await until(() => world.listeners().includes(ours()));
});

test('An older CLB has the UID as the key of a tag.', async () => {
  world = new TkeWorld({ 'tke-createdBy-flag': 'yes', 'tke-clusterId': 'cls-test', 'uid-web': 'tke-lb-serviceId' });
  world.addTkeListener();
  world.addDirectTargets();
  addPods(1, 2);
  world.cluster.putService(adopting());
  start();
  await until(() => world.listeners()[0] === ours());
});

test('A value that is no id makes no CLB and says so.', async () => {
  addPods(1);
  world.cluster.putService(adopting('mine'));
  start();
  await until(() => world.cluster.said('LoadBalancerIdMalformed') > 0);
  expect([...world.clb.balancers.keys()]).toEqual([clbId]);
});

describe('A listener with rules', () => {
  const specified = (...hosts: string[]) => ({
    ...adopting().annotations,
    [annotation.specifyProtocol]: JSON.stringify({
      80: { protocol: ['HTTP'], hosts: Object.fromEntries(hosts.map((host) => [host, {}])) },
    }),
  });
  const rule = (locationId: string, domain: string) => ({ locationId, domain, url: '/', settings: {} });
  const served = { '80 a.com//10.0.0.1:8080': 10, '80 a.com//10.0.0.2:8080': 10 };
  const foreign = { '80 b.com//10.1.0.1:30080': 10 };

  beforeEach(() => {
    const rules = [rule('loc-a', 'a.com'), rule('loc-b', 'b.com')];
    world.clb.addListener(clbId, { id: 'lbl-tke-80', name: tkeListener, protocol: 'HTTP', port: 80, rules });
    world.addNodeTargets(80, [1], 'loc-b');
    addPods(1, 2);
    world.watch();
  });

  test("gets our name; nodes leave when the pods are Alive, and TKE's other rules stay", async () => {
    world.addNodeTargets(80, [1, 2], 'loc-a');
    world.cluster.putService(adopting(clbId, { annotations: specified('a.com') }));
    start();
    await until(() => JSON.stringify(picture()) === JSON.stringify({ ...served, ...foreign }));
    expect([world.listeners(), world.emptied]).toEqual([[ours()], []]);
    await until(() => world.cluster.service('shop/web')?.condition?.status === 'True');
    const actions = world.clb.writes.map(({ action }) => action);
    expect(actions.filter((action) => /Rule|Listener/.test(action))).toEqual(['modifyListener']);
    expect(['ListenerConflict', 'RuleConflict', 'ForeignTarget'].map((one) => world.cluster.said(one))).toEqual([
      0, 0, 0,
    ]);
  });

  test("keeps pods' targets: nothing but its name changes, also across a restart", async () => {
    world.addDirectTargets(80, [1, 2], 'loc-a');
    world.cluster.putService(adopting(clbId, { annotations: specified('a.com') }));
    start();
    await until(() => isOpen(1) && isOpen(2));
    await passing(world.stop());
    start();
    await looks();
    expect([world.listeners(), picture()]).toEqual([[ours()], { ...served, ...foreign }]);
    expect(world.clb.writes.map(({ action }) => action)).toEqual(['modifyListener']);
  });

  test('gets a rule for a host that TKE had none for, once it has our name', async () => {
    world.addDirectTargets(80, [1, 2], 'loc-a');
    world.cluster.putService(adopting(clbId, { annotations: specified('a.com', 'c.com') }));
    start();
    await until(() => picture()['80 c.com//10.0.0.2:8080'] === 10);
    expect(picture()).toMatchObject({ ...served, ...foreign });
    expect(world.emptied).toEqual([]);
  });

  test('stays as it is without the proof, and while only the plan is asked for', async () => {
    world.addNodeTargets(80, [1, 2], 'loc-a');
    const plan = { ...specified('a.com'), [annotation.adopt]: `plan ${clbId}` };
    world.cluster.putService(adopting(clbId, { annotations: plan }));
    start();
    await until(() => world.cluster.said('AdoptionPlanned') > 0);
    expect(messageOf('AdoptionPlanned')).toContain(
      "HTTP/80 a.com/: listener lbl-tke-80 gets clb-direct's name; of its 2 targets 0 stay and 2 are drained",
    );
    const before = picture();
    world.cluster.putService(adopting(clbId, { uid: 'uid-other', annotations: specified('a.com') }));
    await until(() => world.cluster.said('AdoptionRefused') > 0);
    await looks();
    expect([world.listeners(), picture(), world.clb.writes]).toEqual([[theirs()], before, []]);
  });
});
