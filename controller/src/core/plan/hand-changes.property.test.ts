import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aListener, anOwner, aPod, aTarget } from '../../testing/builders.ts';
import { PlanWorld, type Fate } from '../../testing/plan-world.ts';

const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const podStates = [{}, { containersReady: false }, { ending: true }, { ending: true, containersGone: true }];
const podsArbitrary = fc
  .tuple(
    ...ips.map((ip, index) => fc.constantFrom(...podStates).map((state) => aPod({ name: `p${index}`, ip, ...state }))),
  )
  .chain((pods) => fc.subarray(pods));
const fates = fc.array(fc.constantFrom<Fate[]>('done', 'done', 'unconfirmed', 'late', 'failed'), {
  minLength: 8,
  maxLength: 8,
});
const round = fc.record({ pods: podsArbitrary, fates, healthCheck: fc.constantFrom(undefined, 'on', 'off') });

const settings = { deregisterTargetRst: false, healthCheck: { HealthSwitch: 1 } } as const;

function aWorld(tagged: boolean): PlanWorld {
  const targets = ips.map((ip, index) => [aTarget({ ip, tag: `uid-p${index}` }), 'Alive'] as const);
  const scene = { owners: [anOwner()], listeners: [aListener({ settings })], pods: [], ended: new Set<string>() };
  return new PlanWorld({ ...scene, targets, tagged });
}

interface Round {
  readonly pods: PlanWorld['pods'];
  readonly fates: Fate[];
  readonly healthCheck?: string | undefined;
}

function play(world: PlanWorld, { pods, fates: all, healthCheck }: Round) {
  world.pods = pods;
  world.owners = [anOwner({ healthCheck })];
  const plan = world.plan();
  const left = new Map(plan.steps.map((step, index) => [step, all[index % all.length] ?? 'done']));
  world.apply(plan, (step) => left.get(step) ?? 'done');
  world.passTime(plan);
}

test('No change of ours looks like one of another writer, whatever becomes of it, and however pods change.', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(round, { minLength: 1, maxLength: 12 }), (tagged, rounds) => {
      const world = aWorld(tagged);
      const told = rounds.flatMap((one) => {
        play(world, one);
        return world.changes;
      });
      // A check that is off is told as long as it is, whoever switched it off.
      expect(told.filter(({ what }) => what !== 'health-check')).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('A weight that another writer changes is told and set back, however pods changed before.', () => {
  const weight = fc.integer({ min: 0, max: 100 }).filter((number) => number !== 10);
  fc.assert(
    fc.property(fc.array(podsArbitrary, { maxLength: 8 }), weight, (rounds, changed) => {
      const world = aWorld(true);
      const pods = ips.map((ip, index) => aPod({ name: `p${index}`, ip }));
      for (const some of [...rounds, pods, pods, pods]) play(world, { pods: some, fates: ['done'] });
      world.setWeight('lbl-1/10.0.0.2:8080', changed);
      play(world, { pods, fates: ['done'] });
      expect(world.changes).toMatchObject([
        { what: 'weight', before: 10, target: { ip: '10.0.0.2', weight: changed } },
      ]);
      expect(world.carrying('lbl-1').map((target) => target.weight)).toEqual([10, 10, 10]);
    }),
    { numRuns: 500 },
  );
});
