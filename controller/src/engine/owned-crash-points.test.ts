import { describe, expect, test } from '@jest/globals';
import { tagKey } from '../core/model/owned-balancer.ts';
import { clbId } from '../testing/builders.ts';
import { OwnedWorld } from '../testing/owned-world.ts';

/** More calls than a run has; then the trouble never comes. */
const mostCalls = 12;
const troubles = ['crash before', 'crash after', 'lost answer', 'failure', 'the other controller'] as const;

/** What happens to a Service that has its CLB, or none yet, and how many of its own it has in the end. */
const changes = {
  'is created': { before: false, act: (world: OwnedWorld) => world.putService('uid-a'), own: 1 },
  'is deleted': { before: true, act: (world: OwnedWorld) => world.cluster.deleteService('shop/web'), own: 0 },
  'is deleted and made again': { before: true, act: replace, own: 1 },
  'names an existing CLB': { before: true, act: (world: OwnedWorld) => name(world, clbId), own: 0 },
  'names none any more': { before: false, act: nameNone, own: 1 },
} as const;

function replace(world: OwnedWorld): void {
  world.cluster.removeService('shop/web');
  world.putService('uid-b');
}

function name(world: OwnedWorld, existingLoadBalancer: string | undefined): void {
  world.cluster.changeService('shop/web', { existingLoadBalancer });
}

function nameNone(world: OwnedWorld): void {
  world.putService('uid-a');
  name(world, clbId);
  name(world, undefined);
}

async function rounds(world: OwnedWorld, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    world.callsLeft = Infinity;
    await world.run(0);
    world.settleRest();
    world.nowMs += 60_000;
  }
}

const ownOf = ({ clb }: OwnedWorld) => [...clb.madeAtMs.keys()].filter((id) => clb.balancers.has(id));

async function struck(change: keyof typeof changes, trouble: (typeof troubles)[number], calls: number) {
  const world = new OwnedWorld();
  const { before, act } = changes[change];
  if (before) {
    world.putService('uid-a');
    await rounds(world, 5);
  }
  act(world);
  // The finalizer comes between two runs, so each of the first ones may be struck.
  for (let run = 0; run < 3; run += 1) {
    Object.assign(world, { callsLeft: calls, trouble });
    await world.run(0);
    world.callsLeft = Infinity;
    world.settleRest();
  }
  await rounds(world, 30);
  return world;
}

describe.each(Object.keys(changes) as (keyof typeof changes)[])('A Service that %s', (change) => {
  test.each(troubles)('has what it asks for and nothing else, whatever call ends in: %s', async (trouble) => {
    for (let calls = 0; calls < mostCalls; calls += 1) {
      const world = await struck(change, trouble, calls);
      expect([calls, ownOf(world).length, world.clb.balancers.has(clbId)]).toEqual([calls, changes[change].own, true]);
      expect([...world.cluster.ownedBalancers()].map(({ balancerId }) => balancerId)).toEqual(ownOf(world));
    }
  });
});

/** What somebody does by hand to the CLB while it is made, and whether the Service still takes it along in the end. */
test.each<[string, (world: OwnedWorld, id: string) => void, boolean]>([
  ['renames it', (world, id) => change(world, id, { settings: { name: 'mine' } }), true],
  ['gives it to another cluster', (world, id) => tag(world, id, tagKey.cluster), false],
  ['takes the owner off', (world, id) => tag(world, id, tagKey.owner), false],
  ['takes the proof off', (world, id) => tag(world, id, tagKey.proof), false],
])('A CLB is used although somebody %s while it is made, and goes only with its proof.', async (_, byHand, goes) => {
  const world = new OwnedWorld();
  world.clb.makesAtOnce = false;
  world.putService('uid-a');
  world.settleRest();
  await rounds(world, 2);
  const [id = '', ...others] = ownOf(world);
  byHand(world, id);
  change(world, id, { usable: true });
  await rounds(world, 20);
  expect([others, ownOf(world)]).toEqual([[], [id]]);
  expect([...world.cluster.ownedBalancers()].map(({ balancerId }) => balancerId)).toEqual([id]);
  world.cluster.deleteService('shop/web');
  await rounds(world, 20);
  expect([ownOf(world), world.service]).toEqual([goes ? [] : [id], undefined]);
});

test('About a CLB that is not usable after ten minutes an event says where to look; it is used later.', async () => {
  const world = new OwnedWorld();
  world.clb.makesAtOnce = false;
  world.putService('uid-a');
  await rounds(world, 15);
  const [id = '', ...others] = ownOf(world);
  const said = world.cluster.announcements.filter(({ reason }) => reason === 'LoadBalancerCreating');
  expect(said.some(({ message }) => message.includes(`Look at CLB ${id}`))).toBe(true);
  change(world, id, { usable: true });
  await rounds(world, 3);
  expect([others, ownOf(world)]).toEqual([[], [id]]);
  expect(world.cluster.ownedRecord('uid-a')?.balancerId).toBe(id);
});

function change(world: OwnedWorld, id: string, to: object): void {
  const balancer = world.clb.balancers.get(id);
  if (balancer !== undefined) balancer.about = { ...balancer.about, ...to };
}

function tag(world: OwnedWorld, id: string, key: string): void {
  change(world, id, { tags: { ...world.clb.balancers.get(id)?.about.tags, [key]: 'somebody else' } });
}
