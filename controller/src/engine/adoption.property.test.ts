import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aPod, aPort, clbId } from '../testing/builders.ts';
import { adopting, TkeWorld, tkeTags } from '../testing/tke-world.ts';
import { inVirtualTime, passing, passMs, until } from '../testing/virtual-time.ts';

inVirtualTime();

const numRuns = 40;
const actions = ['modifyListener', 'register', 'setWeight', 'deregister'] as const;

const port = fc.record({
  isTkes: fc.boolean(),
  nodes: fc.subarray([1, 2]),
  pods: fc.subarray([1, 2, 3]),
});

const scene = fc.record({
  isProven: fc.boolean(),
  /** 80, 81 and 82; the Service wants the first two. */
  ports: fc.tuple(port, port, port),
  /** The writes after which the controller dies, and the kind whose answers are lost until then. */
  deaths: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
  lost: fc.option(fc.constantFrom(...actions)),
});

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function worldOf({ isProven, ports }: Scene): TkeWorld {
  const world = new TkeWorld({ ...tkeTags, 'tke-clusterId': isProven ? tkeTags['tke-clusterId'] : 'cls-other' });
  for (const [index, { isTkes, nodes, pods }] of ports.entries()) {
    world.addTkeListener(80 + index, isTkes ? undefined : 'mine');
    world.addNodeTargets(80 + index, nodes);
    world.addDirectTargets(80 + index, pods);
  }
  for (const number of [1, 2]) world.cluster.putPod(aPod({ name: `web-${number}`, ip: `10.0.0.${number}` }));
  world.cluster.putService(adopting(clbId, { ports: [80, 81].map((number) => aPort({ port: number })) }));
  return world;
}

async function diesAfter(writes: number, world: TkeWorld): Promise<void> {
  const before = world.clb.writes.length;
  world.start({ resyncMs: 20 });
  for (let part = 0; part < 200 && world.clb.writes.length <= before + writes; part += 1) await passMs(1);
  await passing(world.stop());
}

const targetsAt = (world: TkeWorld, number: number) =>
  Object.entries(world.clb.picture(clbId)).filter(([line]) => line.startsWith(`${number}/`));

/** What stands there in the end: the pods alone at what is adopted, and everything as it was elsewhere. */
function expected({ isProven, ports }: Scene, before: TkeWorld) {
  return ports.map(({ isTkes }, index) => {
    const isAdopted = isProven && isTkes && index < 2;
    const pods = [1, 2].map((number) => [`${80 + index}/10.0.0.${number}:8080`, 10]);
    return { name: nameOf(isAdopted, isTkes), targets: isAdopted ? pods : targetsAt(before, 80 + index) };
  });
}

function nameOf(isAdopted: boolean, isTkes: boolean): string {
  if (isAdopted) return 'clb-direct_cls-test_uid-web';
  return isTkes ? 'TKE-DEDICATED-LISTENER' : 'mine';
}

const seen = (world: TkeWorld) =>
  world.clb.listenersOf(clbId).map((one) => ({ name: one.name, targets: targetsAt(world, one.port) }));

test('Wherever the controller dies, what is proven is adopted, and nothing else is touched.', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async (one) => {
      const world = worldOf(one);
      const wanted = JSON.stringify(expected(one, worldOf(one)));
      const hadTargets = one.ports.every(({ nodes, pods }) => nodes.length + pods.length > 0);
      if (hadTargets) world.watch();
      // What is registered while the controller dies is not Alive before it lives on.
      world.clb.firstHealth = 'Unknown';
      world.clb.loseAnswer = (action) => action === one.lost;
      for (const writes of one.deaths) await diesAfter(writes, world);
      world.clb.loseAnswer = () => false;
      world.start({ resyncMs: 20 });
      await passMs(300);
      world.clb.firstHealth = 'Alive';
      world.clb.setHealth('Alive');
      await until(() => JSON.stringify(seen(world)) === wanted);
      await passMs(1_000);
      expect(JSON.stringify(seen(world))).toBe(wanted);
      expect(world.emptied).toEqual([]);
      expect(world.clb.balancers.has(clbId)).toBe(true);
      await passing(world.stop());
    }),
    { numRuns, seed: 2_026 },
  );
}, 60_000);
