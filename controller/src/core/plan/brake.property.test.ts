import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { anOwner, aPod, limits } from '../../testing/builders.ts';
import { PlanWorld } from '../../testing/plan-world.ts';
import type { PodView } from '../model/pod-view.ts';
import { targetKey } from '../model/target.ts';
import { isEmpty, type Plan } from './plan.ts';

const web = (number: number) => aPod({ name: `web-${number}`, ip: `10.0.0.${number}`, labels: { app: 'web' } });

function started(count: number): PlanWorld {
  const pods = Array.from({ length: count }, (_, number) => web(number));
  const empty = { listeners: [], targets: [], ended: new Set<string>(), tagged: true };
  const world = new PlanWorld({ ...empty, pods, owners: [anOwner({ selector: { app: 'web' } })] });
  world.settle();
  return world;
}

type Happening = (world: PlanWorld, means: (pod: PodView) => boolean) => void;

function changing(change: (pod: PodView) => PodView): Happening {
  return (world, means) => {
    world.pods = world.pods.map((pod) => (means(pod) ? change(pod) : pod));
  };
}

const happenings = {
  relabel: changing((pod) => ({ ...pod, labels: { app: 'wbe' } })),
  correct: changing((pod) => ({ ...pod, labels: { app: 'web' } })),
  'lose sight of': (world, means) => {
    world.pods = world.pods.filter((pod) => !means(pod));
  },
  end: (world, means) => {
    for (const { uid } of world.pods.filter(means)) world.ended.add(uid);
    world.pods = world.pods.filter((pod) => !means(pod));
  },
  add: (world, means) => {
    const added = Array.from({ length: 4 }, (_, number) => web(100 + 10 * world.pods.length + number)).filter(means);
    const known = new Set([...world.pods.map(({ uid }) => uid), ...world.ended]);
    world.pods.push(...added.filter(({ uid, ip }) => !known.has(uid) && !world.pods.some((pod) => pod.ip === ip)));
  },
} as const satisfies Record<string, Happening>;

const history = fc.array(
  fc.record({
    what: fc.constantFrom(...(Object.keys(happenings) as (keyof typeof happenings)[])),
    /** By number of the pod: which it is about. */
    which: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    runs: fc.integer({ min: 1, max: 4 }),
  }),
  { maxLength: 8 },
);

/** Targets whose pods do not end and that serve: no more than the share of all that serve may leave in one plan. */
function expectBraked(world: PlanWorld, plan: Plan): void {
  const leaving = new Set(
    plan.steps.flatMap((step) => {
      const isOff = step.kind === 'deregister' || (step.kind === 'set-weight' && step.weight === 0);
      return isOff ? [targetKey(step.target)] : [];
    }),
  );
  const serving = world.serving(world.listeners[0]?.id ?? '');
  const lost = serving.filter((target) => leaving.has(targetKey(target)) && !world.isPodLeaving(target)).length;
  const left = serving.filter((target) => !leaving.has(targetKey(target))).length;
  expect(lost * 100).toBeLessThanOrEqual(limits.brakeSharePercent * (lost + left));
}

function run(world: PlanWorld): Plan {
  const plan = world.plan();
  expectBraked(world, plan);
  world.apply(plan);
  world.passTime(plan);
  return plan;
}

test('Whatever happens to labels, pods and our sight of them, no more than the share leaves at once.', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), history, (count, events) => {
      const world = started(count);
      for (const { what, which, runs } of events) {
        happenings[what](world, ({ ip = '' }) => which[Number(ip.split('.').at(-1)) % 8] === true);
        for (let n = 0; n < runs; n += 1) run(world);
      }
    }),
    { numRuns: 300 },
  );
});

test('Labels and a list of pods that are wrong for hours and then right again change nothing for most pods.', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 8 }), fc.boolean(), (count, isLost) => {
      const world = started(count);
      const before = world.carrying(world.listeners[0]?.id ?? '').map(targetKey);
      const right = world.pods;
      // One is left, which does not replace the others.
      happenings[isLost ? 'lose sight of' : 'relabel'](world, ({ name }) => name !== 'web-0');
      for (let n = 0; n < 20; n += 1) run(world);
      expect(world.carrying(world.listeners[0]?.id ?? '').map(targetKey)).toEqual(before);
      world.pods = right;
      expect(isEmpty(run(world))).toBe(true);
    }),
  );
});
