import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

const lbRsWeight = 'service.cloud.tencent.com/lb-rs-weight';

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const picture = () => world.clb.picture(clbId);
const gate = (number: number) => world.cluster.gateOf(`shop/web-${number}`);
const opened = 'True LoadBalancerNetworkGroupReady';
const pod = (number: number, customWeight?: string) =>
  aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, customWeight });
const writesOf = (action: string) => world.clb.writes.filter((write) => write.action === action);

test('Pods have the weight of their annotation, else of the Service, else of the setting.', async () => {
  const groups = [
    {
      key: { proto: 'TCP', port: 80 },
      statefulSets: [{ name: 'web', weights: [{ weight: 30, podIndexes: [2, 3] }] }],
    },
  ];
  world.cluster.putService(aNewService());
  [pod(1), pod(2), pod(3, '50'), pod(4, 'much')].forEach((one) => world.cluster.putPod(one));
  world.start();
  await until(() => gate(4) === opened);
  expect(picture()).toMatchObject({ '80/10.0.0.1:8080': 10, '80/10.0.0.2:8080': 10, '80/10.0.0.3:8080': 50 });
  expect(picture()['80/10.0.0.4:8080']).toBe(10);
  await until(() => world.cluster.said('AnnotationMalformed') > 0);
  expect(world.cluster.announcements.find(({ reason }) => reason === 'AnnotationMalformed')?.message).toContain(
    'is no weight ("much" on web-4); write a whole number from 0 to 100',
  );
  world.cluster.changeService('shop/web', { annotations: { [lbRsWeight]: JSON.stringify({ groups }) } });
  await until(() => picture()['80/10.0.0.2:8080'] === 30);
  expect(picture()).toMatchObject({ '80/10.0.0.1:8080': 10, '80/10.0.0.3:8080': 50, '80/10.0.0.4:8080': 10 });
});

test('Another weight is written to the target that stands, which is never registered again.', async () => {
  world.cluster.putService(aNewService());
  world.cluster.putPod(pod(1));
  world.cluster.putPod(pod(2));
  world.start();
  await until(() => gate(1) === opened && gate(2) === opened);
  const registrations = writesOf('register').length;
  for (const [text, weight] of [
    ['100', 100],
    ['0', 0],
    ['7', 7],
  ] as const) {
    world.cluster.changePod('shop/web-1', { customWeight: text });
    await until(() => picture()['80/10.0.0.1:8080'] === weight);
  }
  world.cluster.changePod('shop/web-1', { customWeight: undefined });
  await until(() => picture()['80/10.0.0.1:8080'] === 10);
  expect(writesOf('register')).toHaveLength(registrations);
  expect(writesOf('deregister')).toHaveLength(0);
  expect(world.cluster.said('TargetWeightChanged')).toBe(0);
});

test('A pod with the chosen weight 0 is bound, and its gate opens with a reason of its own.', async () => {
  world.cluster.putService(aNewService());
  world.cluster.putPod(pod(1));
  world.cluster.putPod(pod(2, '0'));
  world.start();
  await until(() => gate(2) === 'True LoadBalancerWeightZero');
  expect(picture()['80/10.0.0.2:8080']).toBe(0);
});

test('A chosen weight gives no weight to a pod that ends or is not ready.', async () => {
  world.cluster.putService(aNewService());
  [pod(1), pod(2, '90'), pod(3, '90')].forEach((one) => world.cluster.putPod(one));
  world.start();
  await until(() => gate(1) === opened && gate(2) === opened && gate(3) === opened);
  world.cluster.changePod('shop/web-2', { ending: true });
  world.cluster.changePod('shop/web-3', { containersReady: false });
  await until(() => picture()['80/10.0.0.2:8080'] === 0 && picture()['80/10.0.0.3:8080'] === 0);
  expect(picture()['80/10.0.0.1:8080']).toBe(10);
});

test('The last target that serves keeps its weight while its replacement has the chosen weight 0.', async () => {
  world.cluster.putService(aNewService());
  world.cluster.putPod(pod(1));
  world.cluster.putPod(pod(2, '0'));
  world.start();
  await until(() => gate(1) === opened && gate(2) === 'True LoadBalancerWeightZero');
  world.cluster.changePod('shop/web-1', { ending: true });
  await until(() => world.cluster.said('LastTargetsKept') > 0);
  expect(picture()).toEqual({ '80/10.0.0.1:8080': 10, '80/10.0.0.2:8080': 0 });
  world.cluster.changePod('shop/web-2', { customWeight: undefined });
  await until(() => picture()['80/10.0.0.1:8080'] === 0);
  expect(picture()['80/10.0.0.2:8080']).toBe(10);
});

test('Weights that swap leave no moment without a target that serves.', async () => {
  world.cluster.putService(aNewService());
  world.cluster.putPod(pod(1));
  world.cluster.putPod(pod(2, '0'));
  world.start();
  await until(() => gate(1) === opened && gate(2) === 'True LoadBalancerWeightZero');
  const least: number[] = [];
  world.clb.before = () => void least.push(Math.max(...Object.values(picture())));
  world.cluster.changePod('shop/web-1', { customWeight: '0' });
  world.cluster.changePod('shop/web-2', { customWeight: undefined });
  await until(() => picture()['80/10.0.0.1:8080'] === 0 && picture()['80/10.0.0.2:8080'] === 10);
  expect(Math.min(...least)).toBe(10);
});

test('Weight 0 for all pods that are ready is obeyed: people move the traffic elsewhere.', async () => {
  world.cluster.putService(aNewService());
  world.cluster.putPod(pod(1));
  world.start();
  await until(() => gate(1) === opened);
  world.cluster.changeService('shop/web', { annotations: { [lbRsWeight]: '{"defaultWeight":0}' } });
  await until(() => picture()['80/10.0.0.1:8080'] === 0);
});
