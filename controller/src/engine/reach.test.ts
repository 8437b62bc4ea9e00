import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ReachRules } from '@clb-direct/shared/domain/reach.ts';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
  world.cluster.putService(aNewService());
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);
const tags = () => [...(world.clb.balancers.get(clbId)?.targets.values() ?? [])].map(({ tag }) => tag);

function changeRules(rules: Partial<ReachRules>): void {
  world.cluster.reach = { ...world.cluster.reach, ...rules };
  world.cluster.change?.tke();
}

test('A GlobalRouter pod is no target and its owner is told, until TKE’s switch is on.', async () => {
  world.cluster.putPod(aPod({ network: 'bridge-annotation' }));
  world.start();
  await until(() => world.cluster.said('NoPodFits') === 1);
  await until(() => world.cluster.gateMessageOf('shop/web-1').includes('the pod is on no ENI'));
  expect(picture()).toEqual({});
  changeRules({ globalRoute: true });
  await until(() => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady');
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
});

test.each([
  ['without SNAT Pro', false, 1],
  ['with SNAT Pro', true, 0],
])('GlobalRouter pods behind a CLB %s are bound, and their owner is told so many times: %s, %d.', async (...of) => {
  const [, hasSnatPro, times] = of;
  world.clb.addLoadBalancer(clbId, { hasSnatPro });
  world.cluster.reach = { ...world.cluster.reach, globalRoute: true };
  world.cluster.putPod(aPod({ network: 'bridge-annotation' }));
  world.start({ resyncMs: 20 });
  await until(() => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady');
  expect(world.cluster.said('SnatProOff')).toBe(times);
});

test('Pods on ENIs need no SNAT Pro.', async () => {
  world.cluster.putPod(aPod({ network: 'eni-annotation' }));
  world.start();
  await until(() => world.cluster.gateOf('shop/web-1') === 'True LoadBalancerNetworkGroupReady');
  expect(world.cluster.said('SnatProOff')).toBe(0);
});

test('Pods without a mark are targets as the cluster’s default says, beside pods on ENIs.', async () => {
  world.cluster.reach = { ...world.cluster.reach, eniDefault: 'not-eni' };
  world.cluster.putPod(aPod());
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2', network: 'eni-annotation' }));
  world.start();
  await until(() => world.cluster.said('PodsNotBound') === 1 && picture()['80/10.0.0.2:8080'] === 10);
  expect(Object.keys(picture())).toHaveLength(1);
  changeRules({ eniDefault: 'eni' });
  await until(() => Object.keys(picture()).length === 2);
});

test('When the switch is turned off, what serves stays until something else does.', async () => {
  world.cluster.reach = { ...world.cluster.reach, globalRoute: true };
  world.cluster.putPod(aPod({ network: 'bridge-annotation' }));
  world.start();
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  changeRules({ globalRoute: false });
  await until(() => world.cluster.said('NoPodFits') === 1);
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 10 });
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => Object.keys(picture()).join() === '80/10.0.0.2:8080');
});

const onHost = { network: 'host', gate: 'absent', ip: '172.16.0.1' } as const;

test('A pod in the host network is no target, unless the setting says so: then at its node’s address.', async () => {
  world.cluster.putPod(aPod(onHost));
  world.start();
  await until(() => world.cluster.said('NoPodFits') === 1);
  expect(picture()).toEqual({});
  changeRules({ hostNetworkTargets: true });
  await until(() => picture()['80/172.16.0.1:8080'] === 10);
  expect(tags()).toEqual(['uid-web-1']);
});

test('A pod in the host network takes over from another one on its node, whatever else runs there.', async () => {
  world.cluster.reach = { ...world.cluster.reach, hostNetworkTargets: true };
  world.cluster.putPod(aPod({ ...onHost, namespace: 'kube-system', name: 'kube-proxy', labels: {} }));
  world.cluster.putPod(aPod(onHost));
  world.start();
  await until(() => picture()['80/172.16.0.1:8080'] === 10);
  world.cluster.putPod(aPod({ name: 'web-2', ip: '10.0.0.2' }));
  await until(() => picture()['80/10.0.0.2:8080'] === 10);
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => picture()['80/172.16.0.1:8080'] === 0);
  world.cluster.removePod('shop/web-1');
  await until(() => !('80/172.16.0.1:8080' in picture()));
  world.cluster.putPod(aPod({ ...onHost, uid: 'uid-new' }));
  await until(() => tags().includes('uid-new'));
});
