import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { NodeFacts } from '../core/model/node.ts';
import { aNewService, aNode, aPod, aPort, clbId, limits } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const one = aNode();
const two = aNode({ name: 'node-2', ips: ['10.1.0.2'] });
const both = { '80/10.1.0.1:30080': 10, '80/10.1.0.2:30080': 10 };
const onlyOne = { '80/10.1.0.1:30080': 10 };
const three = aNode({ name: 'node-3', ips: ['10.1.0.3'] });
const all = { ...both, '80/10.1.0.3:30080': 10 };
const oneCarries = { '80/10.1.0.1:30080': 10, '80/10.1.0.2:30080': 0, '80/10.1.0.3:30080': 0 };
const pod = { '80/10.0.0.1:8080': 10 };
let world: World;
/** How many targets took traffic when a call was made, at least, since `countServing`. */
let leastServing: number;

beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putService(aNewService({ directAccess: 'false', ports: [aPort({ nodePort: 30_080 })] }));
});
afterEach(async () => passing(world.stop()));

const setNodes = (...nodes: readonly NodeFacts[]) =>
  world.cluster.putRelated({ kind: 'Nodes', namespace: '', name: '' }, { nodes });
const picture = () => world.clb.picture(clbId);
const isPicture = (wanted: object) => JSON.stringify(picture()) === JSON.stringify(wanted);
const annotate = (annotations: Readonly<Record<string, string>>) =>
  world.cluster.changeService('shop/web', { annotations });

/** Each node has as many ready pods as it is named. */
function setPods(...nodeNames: readonly string[]): void {
  const endpoints = nodeNames.map((nodeName, index) => {
    return { addresses: [`10.0.0.${index + 1}`], ready: true, terminating: undefined, nodeName };
  });
  const ports = [{ name: '', protocol: 'TCP', port: 8080 }];
  const slices = [{ service: 'shop/web', hasIps: true, ports, endpoints }];
  world.cluster.putRelated({ kind: 'AllEndpointSlices', namespace: 'shop', name: 'web' }, { slices });
}

const serving = () =>
  [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].filter(
    ({ weight, health }) => weight > 0 && health === 'Alive',
  ).length;

function countServing(): void {
  leastServing = serving();
  world.clb.before = () => void (leastServing = Math.min(leastServing, serving()));
}

/** Runs the controller for so many looks. */
async function lookAgain(count: number): Promise<void> {
  let looks = 0;
  world.clb.before = (action) => void (looks += Number(action === 'describeListeners'));
  await until(() => looks >= count);
}

/** The pictures that the writes of one task leave behind, each once. */
function watchPictures(): readonly string[] {
  const seen: string[] = [];
  world.clb.before = () => {
    const now = JSON.stringify(picture());
    if (seen.at(-1) !== now) seen.push(now);
  };
  return seen;
}

test('Nodes are the targets, and no gate waits for them.', async () => {
  setNodes(one, two);
  world.start();
  await until(() => isPicture(both));
  await until(() => world.cluster.gateOf('shop/web-1') === 'True NoLoadBalancerSelectsPod');
});

describe('a node', () => {
  const leaves: readonly (readonly [string, () => void])[] = [
    ['that is cordoned', () => setNodes(one, { ...two, cordoned: true })],
    ['that is not ready', () => setNodes(one, { ...two, ready: false })],
    ['that is about to be deleted', () => setNodes(one, { ...two, ending: true })],
    ['that is deleted', () => setNodes(one)],
    [
      'that is excluded by its label',
      () => setNodes(one, { ...two, labels: { 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }),
    ],
    ['that the selector of the Service leaves out', () => annotate({ [annotation.nodeSelector]: '!spot, !pool' })],
  ];

  test.each(leaves)('%s has weight 0 first, then goes.', async (_, leave) => {
    const spot = { ...two, labels: { pool: 'spot' } };
    setNodes(one, spot);
    world.start();
    await until(() => isPicture(both));
    const seen = watchPictures();
    leave();
    await until(() => isPicture(onlyOne));
    expect(seen).toEqual(expect.arrayContaining([JSON.stringify({ ...both, '80/10.1.0.2:30080': 0 })]));
  });

  test('that comes back carries weight again', async () => {
    setNodes(one, { ...two, cordoned: true });
    world.start();
    await until(() => isPicture(onlyOne));
    setNodes(one, two);
    await until(() => isPicture(both));
  });

  test('keeps its weight while no other is Alive, whatever is said of it', async () => {
    setNodes(one);
    world.start();
    await until(() => isPicture(onlyOne));
    setNodes({ ...one, ready: false, cordoned: true });
    await until(() => world.cluster.said('LastTargetsKept') === 1);
    expect(picture()).toEqual(onlyOne);
    world.clb.firstHealth = 'Unknown';
    setNodes({ ...one, ready: false }, two);
    await until(() => isPicture(both));
    world.clb.setHealth('Alive');
    await until(() => isPicture({ '80/10.1.0.2:30080': 10 }));
  });
});

describe('of three nodes two', () => {
  const local = () =>
    world.cluster.changeService('shop/web', {
      externalTrafficPolicy: 'Local',
      annotations: { [annotation.onlyNodesWithPods]: 'true' },
    });

  beforeEach(() => {
    setNodes(one, two, three);
    setPods('node-1', 'node-2', 'node-3');
  });
  const start = async (overrides = {}) => {
    world.start(overrides);
    await until(() => isPicture(all) && serving() === 3);
  };

  const leaves: readonly (readonly [string, () => void, () => void])[] = [
    [
      'that are cordoned',
      () => undefined,
      () => setNodes(one, { ...two, cordoned: true }, { ...three, cordoned: true }),
    ],
    [
      'that the autoscaler takes',
      () => undefined,
      () => setNodes(one, { ...two, ending: true }, { ...three, ending: true }),
    ],
    ['that lose their pods with the policy Local', local, () => setPods('node-1')],
  ];

  test.each(leaves)('%s have weight 0 first, then go.', async (_, begin, leave) => {
    begin();
    await start();
    const seen = watchPictures();
    leave();
    await until(() => isPicture(onlyOne));
    expect(seen).toEqual(expect.arrayContaining([JSON.stringify(oneCarries)]));
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test.each(leaves)('%s keep their weight until the third is Alive.', async (_, begin, leave) => {
    begin();
    await start({ resyncMs: 30 });
    world.clb.setHealth('Dead', ({ ip }) => ip === '10.1.0.1');
    await until(() => serving() === 2);
    leave();
    await lookAgain(6);
    expect(picture()).toEqual(all);
    world.clb.setHealth('Alive');
    await until(() => isPicture(onlyOne));
  });

  test('that are drained with the policy Local are lowered, the one without pods first.', async () => {
    local();
    await start({ resyncMs: 30 });
    world.clb.setHealth('Dead', ({ ip }) => ip === '10.1.0.1');
    await until(() => serving() === 2);
    setNodes(one, { ...two, cordoned: true }, { ...three, cordoned: true });
    setPods('node-1', 'node-2');
    await until(() => isPicture({ ...both, '80/10.1.0.3:30080': 0 }));
    world.clb.setHealth('Alive');
    await until(() => isPicture(onlyOne));
  });

  test('that the autoscaler takes go also when they are deleted as soon as they have weight 0.', async () => {
    await start({ limits: { ...limits, drainMs: 5_000 } });
    setNodes(one, { ...two, ending: true }, { ...three, ending: true });
    await until(() => isPicture(oneCarries));
    setNodes(one);
    await until(() => isPicture(onlyOne));
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test.each<[string, () => void, () => void]>([
    ['that vanish from the list', () => undefined, () => setNodes(one)],
    [
      'that are not heard from',
      () => undefined,
      () => setNodes(one, { ...two, ready: false }, { ...three, ready: false }),
    ],
    [
      'that are not heard from, nor their pods with the policy Local,',
      local,
      () => {
        setNodes(one, { ...two, ready: false }, { ...three, ready: false });
        setPods('node-1');
      },
    ],
  ])('%s keep their weight until the CLB calls them Dead.', async (_, begin, leave) => {
    begin();
    await start();
    leave();
    await until(() => world.cluster.said('RemovalWithheld') > 0, 120_000);
    expect(picture()).toEqual(all);
    world.clb.setHealth('Dead', ({ ip }) => ip !== '10.1.0.1');
    await until(() => isPicture(onlyOne), 120_000);
  });
});

describe('all nodes keep their weight while they are Alive', () => {
  test.each<[string, () => void]>([
    ['when none is listed', () => setNodes()],
    ['when all are cordoned', () => setNodes({ ...one, cordoned: true }, { ...two, cordoned: true })],
    ['when the EndpointSlices vanish', () => setPods()],
  ])('%s', async (_, leave) => {
    world.cluster.changeService('shop/web', {
      externalTrafficPolicy: 'Local',
      annotations: { [annotation.onlyNodesWithPods]: 'true' },
    });
    setNodes(one, two);
    setPods('node-1', 'node-2');
    world.start();
    await until(() => isPicture(both) && serving() === 2);
    leave();
    const told = () => world.cluster.said('RemovalWithheld') + world.cluster.said('LastTargetsKept');
    await until(() => told() > 0, 120_000);
    expect(picture()).toEqual(both);
  });
});

describe('with externalTrafficPolicy Local', () => {
  beforeEach(() => {
    world.cluster.changeService('shop/web', { externalTrafficPolicy: 'Local' });
    setNodes(one, two);
  });

  test('a node carries weight while it has a ready pod', async () => {
    setPods('node-1');
    world.start();
    await until(() => isPicture(onlyOne));
    setPods('node-1', 'node-2');
    await until(() => isPicture(both));
    setPods('node-2');
    await until(() => isPicture({ ...both, '80/10.1.0.1:30080': 0 }));
  });

  test('a node without pods goes where only those with pods are asked for, and comes back', async () => {
    annotate({ [annotation.onlyNodesWithPods]: 'true' });
    setPods('node-1', 'node-2');
    world.start();
    await until(() => isPicture(both));
    setPods('node-1');
    await until(() => isPicture(onlyOne));
    setPods('node-1', 'node-2');
    await until(() => isPicture(both));
  });

  test('a node weighs as much as it has pods where that is asked for', async () => {
    annotate({ [annotation.weightByPods]: 'true' });
    setPods('node-1', 'node-2', 'node-2');
    world.start();
    await until(() => isPicture({ '80/10.1.0.1:30080': 1, '80/10.1.0.2:30080': 2 }));
    setPods('node-1', 'node-1', 'node-1', 'node-2');
    await until(() => isPicture({ '80/10.1.0.1:30080': 3, '80/10.1.0.2:30080': 1 }));
  });

  test('the last node that is Alive keeps its weight when its last pod ends', async () => {
    setPods('node-1');
    world.start();
    await until(() => isPicture(onlyOne));
    setPods();
    await until(() => world.cluster.said('LastTargetsKept') === 1);
    expect(picture()).toEqual(onlyOne);
  });
});

describe('a living Service that is switched', () => {
  test.each([
    ['to nodes', 'false', pod, both],
    ['to pods', 'true', both, pod],
  ] as const)('%s drains what it had when the new targets are Alive', async (_, to, before, after) => {
    world.cluster.changeService('shop/web', { directAccess: before === pod ? 'true' : 'false' });
    setNodes(one, two);
    world.start({ limits: { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs: 50 } });
    await until(() => isPicture(before) && serving() === Object.keys(before).length);
    countServing();
    world.clb.firstHealth = 'Unknown';
    world.cluster.changeService('shop/web', { directAccess: to });
    await until(() => Object.keys(picture()).length === 3);
    const asked = world.clb.healthAsks.length;
    await until(() => world.clb.healthAsks.length > asked + 3);
    expect(Object.values(picture())).toEqual([10, 10, 10]);
    world.clb.setHealth('Alive');
    await until(() => isPicture(after));
    expect(leastServing).toBeGreaterThan(0);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  test('while its nodes are being read keeps its pods', async () => {
    world.cluster.changeService('shop/web', { directAccess: 'true' });
    world.start({ resyncMs: 30 });
    await until(() => isPicture(pod));
    world.cluster.unread.set('Nodes', 'pending');
    world.cluster.changeService('shop/web', { directAccess: 'false' });
    await lookAgain(12);
    expect(picture()).toEqual(pod);
    world.cluster.unread.set('Nodes', 'unreadable');
    world.cluster.changeService('shop/web', {});
    await until(() => world.cluster.said('NodesUnreadable') > 0);
    expect(picture()).toEqual(pod);
    world.cluster.unread.clear();
    setNodes(one, two);
    await until(() => isPicture(both));
  });

  test.each<[string, object, string]>([
    ['to a port without a node port', { ports: [aPort()] }, 'NodePortMissing'],
    ['with a selector that is none', { annotations: { [annotation.nodeSelector]: 'a b' } }, 'AnnotationMalformed'],
  ])('%s keeps its pods, and its author is told', async (_, overrides, reason) => {
    world.cluster.changeService('shop/web', { directAccess: 'true' });
    setNodes(one, two);
    world.start({ resyncMs: 30 });
    await until(() => isPicture(pod));
    world.cluster.changeService('shop/web', { directAccess: 'false', ...overrides });
    await until(() => world.cluster.said(reason) > 0);
    await lookAgain(6);
    expect(picture()).toEqual(pod);
  });
});

test('A restart changes nothing at nodes.', async () => {
  setNodes(one, two);
  world.start();
  await until(() => isPicture(both));
  await passing(world.stop());
  const before = world.clb.writes.length;
  world.start({ resyncMs: 30 });
  await lookAgain(6);
  expect(world.clb.writes).toHaveLength(before);
});
