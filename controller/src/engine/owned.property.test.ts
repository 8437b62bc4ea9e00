import { expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { tagKey } from '../core/model/owned-balancer.ts';
import { clbId } from '../testing/builders.ts';
import { OwnedWorld } from '../testing/owned-world.ts';

/** More when somebody looks for rare faults: MODEL_RUNS=100, or MODEL_RUNS=500 PROPERTY_SEED=random. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 50);

/** What people do to a CLB of the Service, if there is one. */
const byHand = {
  'delete it': (world: OwnedWorld, id: string) => world.clb.balancers.delete(id),
  'rename it': (world: OwnedWorld, id: string) => changeAbout(world, id, { settings: { name: 'mine' } }),
  'take the proof off': (world: OwnedWorld, id: string) => changeTags(world, id, { [tagKey.proof]: '' }),
  'take the owner off': (world: OwnedWorld, id: string) => changeTags(world, id, { [tagKey.owner]: '' }),
  'protect it': (world: OwnedWorld, id: string) => changeAbout(world, id, { settings: { deleteProtect: true } }),
  'release it': (world: OwnedWorld, id: string) => changeAbout(world, id, { settings: { deleteProtect: false } }),
  'add a listener': (world: OwnedWorld, id: string) =>
    world.clb.addListener(id, { id: 'lbl-foreign', name: 'made by hand', protocol: 'TCP', port: 443 }),
  'delete that listener': (world: OwnedWorld, id: string) =>
    world.clb.balancers.get(id)?.listeners.delete('lbl-foreign'),
  'copy it': (world: OwnedWorld, id: string) => copy(world, id, `lb-copy${world.clb.balancers.size}`),
} as const;

type ByHand = keyof typeof byHand;

const events = {
  'apply the Service': (world: OwnedWorld) => world.putService(`uid-${world.nowMs}`),
  'delete the Service': (world: OwnedWorld) => world.cluster.deleteService('shop/web'),
  'name an existing CLB': (world: OwnedWorld) => name(world, clbId),
  'name none': (world: OwnedWorld) => name(world, undefined),
  'write nonsense': (world: OwnedWorld) => name(world, 'my clb'),
  'fill the quota': (world: OwnedWorld) => (world.clb.mostBalancers = world.clb.balancers.size),
  'raise the quota': (world: OwnedWorld) => (world.clb.mostBalancers = Infinity),
  'make slowly': (world: OwnedWorld) => (world.clb.makesAtOnce = false),
  'make at once': (world: OwnedWorld) => finish(world),
  'wait a while': (world: OwnedWorld) => (world.nowMs += 30_000),
  'wait long': (world: OwnedWorld) => (world.nowMs += 700_000),
  'claim a CLB of others by its tags': (world: OwnedWorld) => {
    const uid = world.service?.uid;
    if (uid !== undefined) changeTags(world, clbId, { [tagKey.cluster]: 'cls-test', [tagKey.owner]: uid });
  },
} as const;

type Event = keyof typeof events;
const troubles = ['crash before', 'crash after', 'lost answer', 'failure', 'the other controller'] as const;

type Command =
  | { readonly kind: 'event'; readonly what: Event }
  | { readonly kind: 'by hand'; readonly what: ByHand }
  | {
      readonly kind: 'run';
      readonly which: 0 | 1;
      readonly calls: number;
      readonly trouble: (typeof troubles)[number];
    };

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('event' as const), what: fc.constantFrom(...(Object.keys(events) as Event[])) }),
  fc.record({ kind: fc.constant('by hand' as const), what: fc.constantFrom(...(Object.keys(byHand) as ByHand[])) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      which: fc.constantFrom(0 as const, 1 as const),
      calls: fc.integer({ min: 0, max: 9 }),
      trouble: fc.constantFrom(...troubles),
    }),
  },
);

const handless = fc.array(
  command.filter(({ kind, what }: { kind: string; what?: string }) => {
    return kind !== 'by hand' && what !== 'claim a CLB of others by its tags';
  }),
  { minLength: 4, maxLength: 40 },
);

function name(world: OwnedWorld, existingLoadBalancer: string | undefined): void {
  world.cluster.changeService('shop/web', { existingLoadBalancer });
}

function changeTags(world: OwnedWorld, id: string, tags: Readonly<Record<string, string>>): void {
  const balancer = world.clb.balancers.get(id);
  if (balancer !== undefined) balancer.about = { ...balancer.about, tags: { ...balancer.about.tags, ...tags } };
}

function changeAbout(world: OwnedWorld, id: string, change: object): void {
  const balancer = world.clb.balancers.get(id);
  if (balancer !== undefined) balancer.about = { ...balancer.about, ...change };
}

/** Before its id is known, nothing tells it from the copy. */
function copy(world: OwnedWorld, id: string, to: string): void {
  const about = world.clb.balancers.get(id)?.about;
  const isKnown = world.cluster.ownedAt(id) !== undefined;
  if (about !== undefined && isKnown) world.clb.addLoadBalancer(to, { ...about, id: to });
}

function finish(world: OwnedWorld): void {
  world.clb.makesAtOnce = true;
  for (const id of world.clb.madeAtMs.keys()) changeAbout(world, id, { usable: true });
}

async function act(world: OwnedWorld, one: Command): Promise<void> {
  if (one.kind === 'event') events[one.what](world);
  else if (one.kind === 'by hand') {
    const id = [...world.clb.madeAtMs.keys()].findLast((made) => world.clb.balancers.has(made));
    if (id !== undefined) byHand[one.what](world, id);
  } else {
    Object.assign(world, { callsLeft: one.calls, trouble: one.trouble });
    await world.run(one.which);
    world.callsLeft = Infinity;
  }
  world.settleRest();
}

function expectSound(world: OwnedWorld): void {
  // Whoever takes the proof off keeps the CLB for himself.
  const isOurs = (id: string) => world.clb.balancers.get(id)?.about.tags[tagKey.proof] !== '';
  const counts = [...new Set(world.madeOf.values())].map((uid) => world.madeFor(uid).filter(isOurs).length);
  expect(Math.max(0, ...counts)).toBeLessThanOrEqual(1);
  const deleted = world.clb.writes.filter(({ action }) => action === 'deleteLoadBalancer').map(({ id }) => id);
  expect(deleted.filter((id) => !world.clb.madeAtMs.has(id))).toEqual([]);
}

/** Everything works again, and time goes by. */
async function calm(world: OwnedWorld): Promise<void> {
  world.clb.mostBalancers = Infinity;
  for (let round = 0; round < 60; round += 1) {
    finish(world);
    await world.run(0);
    world.settleRest();
    world.nowMs += 60_000;
  }
}

test('never makes two CLBs for one Service, and never deletes one that it did not make', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 40 }), async (commands) => {
      const world = new OwnedWorld();
      world.putService('uid-first');
      for (const one of commands) {
        await act(world, one);
        expectSound(world);
      }
      await calm(world);
      expectSound(world);
    }),
    { numRuns },
  );
}, 120_000);

test('whatever fails, in the end a Service has its CLB, and none is left of those that are gone', async () => {
  await fc.assert(
    fc.asyncProperty(handless, async (commands) => {
      const world = new OwnedWorld();
      for (const one of commands) await act(world, one);
      if (world.service?.existingLoadBalancer === 'my clb') name(world, undefined);
      await calm(world);
      const wanting = world.service?.existingLoadBalancer === undefined ? world.service?.uid : undefined;
      const expected = wanting === undefined ? [] : world.madeFor(wanting);
      expect(expected).toHaveLength(wanting === undefined ? 0 : 1);
      expect([...world.clb.balancers.keys()]).toEqual([clbId, ...expected]);
      expect([...world.cluster.ownedBalancers()].map(({ balancerId }) => balancerId)).toEqual(expected);
    }),
    { numRuns },
  );
}, 120_000);

test('never deletes a CLB whose Service says that it stays, and keeps no record of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 40 }), async (commands) => {
      const world = new OwnedWorld();
      world.annotations = { [annotation.keepBalancer]: 'true' };
      world.putService('uid-first');
      for (const one of commands) await act(world, one);
      world.cluster.deleteService('shop/web');
      await calm(world);
      expect(world.clb.writes.map(({ action }) => action)).not.toContain('deleteLoadBalancer');
      expect([...world.cluster.ownedBalancers()]).toEqual([]);
    }),
    { numRuns },
  );
}, 120_000);

test('whatever fails, each CLB whose Service says that it stays is remembered as left', async () => {
  await fc.assert(
    fc.asyncProperty(handless, async (commands) => {
      const world = new OwnedWorld();
      world.annotations = { [annotation.keepBalancer]: 'true' };
      for (const one of commands) await act(world, one);
      world.cluster.deleteService('shop/web');
      await calm(world);
      const left = [...world.cluster.leftBalancers()].map(({ balancerId }) => balancerId);
      expect(left.toSorted()).toEqual([...world.clb.madeAtMs.keys()].toSorted());
    }),
    { numRuns },
  );
}, 120_000);
