import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { NodeFacts } from '../core/model/node.ts';
import { aNode, aPod, aPort, clbId, limits } from '../testing/builders.ts';
import { aBackend, aBackendService, anIngress, aPath, onExisting } from '../testing/ingress-builders.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();
/** Real time, on a slow machine. */
jest.setTimeout(60_000);

const key = 'shop/site';
const web = { kind: 'Service', namespace: 'shop', name: 'web' } as const;
const one = aNode();
const two = aNode({ name: 'node-2', ips: ['10.1.0.2'] });
const three = aNode({ name: 'node-3', ips: ['10.1.0.3'] });
const onNodes = { ...onExisting, [annotation.managed]: 'true', [ingressAnnotation.directAccess]: 'false' };
const atNodes = { '80 a.com//10.1.0.1:30080': 10, '80 a.com//10.1.0.2:30080': 10 };
const lowered = { '80 a.com//10.1.0.1:30080': 10, '80 a.com//10.1.0.2:30080': 0, '80 a.com//10.1.0.3:30080': 0 };
const atPods = { '80 a.com//10.0.0.1:8080': 10 };
const nodePort = aBackendService({ type: 'NodePort', ports: [aPort({ nodePort: 30_080 })] });

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putPod(aPod());
  world.cluster.putRelated(web, nodePort);
  setNodes(one, two);
});
afterEach(async () => passing(world.stop()));

const setNodes = (...nodes: readonly NodeFacts[]) =>
  world.cluster.putRelated({ kind: 'Nodes', namespace: '', name: '' }, { nodes });

/** Each node has as many ready pods as it is named. */
function setPods(...nodeNames: readonly string[]): void {
  const endpoints = nodeNames.map((nodeName, index) => {
    return { addresses: [`10.0.0.${index + 1}`], ready: true, terminating: undefined, nodeName };
  });
  const slices = [{ service: 'shop/web', hasIps: true, ports: [{ name: '', protocol: 'TCP', port: 8080 }], endpoints }];
  world.cluster.putRelated({ kind: 'AllEndpointSlices', namespace: 'shop', name: 'web' }, { slices });
}

const put = (annotations: Readonly<Record<string, string>>) =>
  world.cluster.ingresses.put(anIngress({ annotations, paths: [aPath({ host: 'a.com' })] }));
const annotate = (annotations: Readonly<Record<string, string>>) =>
  world.cluster.ingresses.change(key, { annotations });
const picture = () => world.clb.picture(clbId);
const isPicture = (wanted: object) => JSON.stringify(picture()) === JSON.stringify(wanted);
const serving = () =>
  [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].filter(
    ({ weight, health }) => weight > 0 && health === 'Alive',
  ).length;

/** Runs the controller for so many looks. */
async function lookAgain(count: number): Promise<void> {
  let looks = 0;
  world.clb.before = (action) => void (looks += Number(action === 'describeListeners'));
  await until(() => looks >= count);
}

test('The targets of a rule are the nodes at the node port of its Service, and no gate waits for them.', async () => {
  put(onNodes);
  world.start();
  await until(() => isPicture(atNodes));
  await until(() => world.cluster.gateOf('shop/web-1') === 'True NoLoadBalancerSelectsPod');
});

test('With the policy Local of the Service a node carries weight while it has a ready pod.', async () => {
  setPods('node-2');
  world.cluster.putRelated(web, { ...nodePort, externalTrafficPolicy: 'Local' });
  put(onNodes);
  world.start();
  await until(() => isPicture({ '80 a.com//10.1.0.2:30080': 10 }));
});

test.each<[string, () => void]>([
  ['that lose their pods', () => setPods('node-1')],
  ['that are drained', () => setNodes(one, { ...two, cordoned: true }, { ...three, cordoned: true })],
])('Of three nodes two %s have weight 0 first, then go.', async (_, leave) => {
  const annotations = { [annotation.onlyNodesWithPods]: 'true' };
  world.cluster.putRelated(web, { ...nodePort, externalTrafficPolicy: 'Local', annotations });
  setNodes(one, two, three);
  setPods('node-1', 'node-2', 'node-3');
  put(onNodes);
  world.start({ limits: { ...limits, drainMs: 5_000 } });
  await until(() => isPicture({ ...atNodes, '80 a.com//10.1.0.3:30080': 10 }) && serving() === 3);
  leave();
  await until(() => isPicture(lowered));
  await until(() => isPicture({ '80 a.com//10.1.0.1:30080': 10 }));
});

describe('a living Ingress that is switched', () => {
  const [pods, nodes] = [
    { annotations: onExisting, targets: atPods, first: onExisting },
    // Of class "qcloud" without any mark: it is served already.
    { annotations: { ...onExisting, [ingressAnnotation.directAccess]: 'false' }, targets: atNodes, first: onNodes },
  ];

  test.each([
    ['to nodes', pods, nodes],
    ['to pods', nodes, pods],
  ])('%s drains what it had when the new targets are Alive', async (_, from, to) => {
    put(from.first);
    world.start({ limits: { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs: 50 } });
    await until(() => isPicture(from.targets) && serving() === Object.keys(from.targets).length);
    let leastServing = serving();
    world.clb.before = () => void (leastServing = Math.min(leastServing, serving()));
    world.clb.firstHealth = 'Unknown';
    annotate(to.annotations);
    await until(() => Object.keys(picture()).length === 3);
    const asked = world.clb.healthAsks.length;
    await until(() => world.clb.healthAsks.length > asked + 3);
    expect(Object.values(picture())).toEqual([10, 10, 10]);
    world.clb.setHealth('Alive');
    await until(() => isPicture(to.targets));
    expect(leastServing).toBeGreaterThan(0);
    expect(world.cluster.said('RemovalWithheld')).toBe(0);
  });

  /** Beside the pod that serves. */
  async function untilNodesAreDead(): Promise<void> {
    put(onExisting);
    world.start({ limits: { ...limits, drainMs: 20, gatherMs: 20, moveKeepMs: 50 } });
    await until(() => isPicture(atPods) && world.cluster.gateOf('shop/web-1').startsWith('True'));
    world.clb.firstHealth = 'Dead';
    annotate(onNodes);
    await until(() => Object.keys(picture()).length === 3);
  }

  test('to nodes that are not Alive yet lets the gates of new pods wait, as the old ones serve', async () => {
    await untilNodesAreDead();
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await passMs(20_000);
    expect(world.cluster.pod('shop/web-2')?.gate).toMatchObject({
      status: 'False',
      message: expect.stringContaining('let their security groups admit the node ports') as unknown,
    });
    world.clb.setHealth('Alive');
    await until(() => isPicture(atNodes) && world.cluster.gateOf('shop/web-2') === 'True NoLoadBalancerSelectsPod');
  });

  test('to nodes that are not Alive lets no gate wait for pods that are broken', async () => {
    await untilNodesAreDead();
    world.cluster.changePod('shop/web-1', { containersReady: false });
    world.clb.setHealth('Dead');
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await until(() => world.cluster.gateOf('shop/web-2').startsWith('True'));
  });

  test('to a Service without a node port keeps its pods, and its author is told what to do', async () => {
    put(onExisting);
    world.start({ resyncMs: 30 });
    await until(() => isPicture(atPods));
    world.cluster.putRelated(web, aBackendService());
    annotate(onNodes);
    await until(() => world.cluster.said('NodePortMissing') > 0);
    world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
    await lookAgain(6);
    expect(picture()).toEqual(atPods);
    await passMs(20_000);
    expect(world.cluster.pod('shop/web-2')?.gate).toMatchObject({
      status: 'False',
      message: expect.stringContaining('set the type of the Service to NodePort') as unknown,
    });
    world.cluster.putRelated(web, nodePort);
    await until(() => isPicture(atNodes) && world.cluster.gateOf('shop/web-2') === 'True NoLoadBalancerSelectsPod');
  });
});

test('Of several paths only the one whose Service has no node port has no targets.', async () => {
  world.cluster.putRelated({ ...web, name: 'api' }, aBackendService());
  const api = aPath({ host: 'a.com', path: '/api', pathType: 'Exact', backend: aBackend('api') });
  world.cluster.ingresses.put(anIngress({ annotations: onNodes, paths: [aPath({ host: 'a.com' }), api] }));
  world.start();
  await until(() => isPicture(atNodes));
  await until(() => world.cluster.said('NodePortMissing') > 0);
  const rules = world.clb.listenersOf(clbId).flatMap((one) => one.rules.map(({ url }) => url));
  expect(rules).toEqual(expect.arrayContaining(['/', '=/api']));
});
