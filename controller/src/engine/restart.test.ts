import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { aNewService, aPod, aPort, clbId } from '../testing/builders.ts';
import { inVirtualTime, passing, until } from '../testing/virtual-time.ts';
import { World } from '../testing/world.ts';

inVirtualTime();

let world: World;
beforeEach(() => {
  world = new World();
  world.clb.firstHealth = 'Alive';
});
afterEach(async () => passing(world.stop()));

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const balancers = [clbId, 'lb-two', 'lb-three', 'lb-four', 'lb-five'];
/** As a Service may have it: with the check asked for on, off, or not at all, and drains of its own. */
const asked = [{}, { healthCheck: 'on' }, { healthCheck: 'off' }, { targetDrainSeconds: '60' }];

/** 50 Services on 5 CLBs, each with a TCP and a UDP port and 10 pods. */
function fill(): void {
  for (const id of balancers.slice(1)) world.clb.addLoadBalancer(id);
  for (const number of numbers(50)) {
    const port = 1000 + number;
    const [name, app] = [`web-${number}`, `app-${number}`];
    const ports = [aPort({ name: 'tcp', port }), aPort({ name: 'udp', port, protocol: 'UDP' })];
    const existingLoadBalancer = balancers[number % balancers.length] ?? clbId;
    const setting = asked[number % asked.length];
    world.cluster.putService(aNewService({ name, selector: { app }, ports, existingLoadBalancer, ...setting }));
    for (const pod of numbers(10)) {
      world.cluster.putPod(aPod({ name: `${name}-${pod}`, labels: { app }, ip: `10.0.${number}.${pod + 1}` }));
    }
  }
}

const open = () => world.cluster.gateWrites.filter(({ status }) => status === 'True').length;
const isServed = (number: number) => world.cluster.service(`shop/web-${number}`)?.condition?.status === 'True';
const targetsOf = (id: string) => world.clb.balancers.get(id)?.targets.size;
const writes = () => {
  const { gateWrites, conditionWrites, showWrites, recordWrites } = world.cluster;
  const toCluster = [gateWrites, conditionWrites, showWrites, recordWrites];
  return [world.clb.writes.length, ...toCluster.map(({ length }) => length)];
};

test('A restart on a full cluster, 50 Services and 500 pods, changes nothing in CLBs and cluster.', async () => {
  fill();
  world.start();
  await until(() => open() === 500 && numbers(50).every(isServed), 20_000);
  await until(() => balancers.every((id) => targetsOf(id) === 200), 20_000);
  await passing(world.stop());
  const before = writes();
  const { length: said } = world.cluster.announcements;
  const { length: looks } = world.clb.healthAsks;
  world.start({ resyncMs: 200 });
  await until(() => world.clb.healthAsks.length - looks > 3 * balancers.length, 20_000);
  expect(writes()).toEqual(before);
  // Whoever looks for it after a change of leader finds what serves.
  const events = new Set(world.cluster.announcements.slice(said).map(({ reason }) => reason));
  expect([...events]).toEqual(['LoadBalancerEnsured']);
}, 60_000);
