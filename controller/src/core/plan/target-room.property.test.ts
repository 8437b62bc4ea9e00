import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aListener, anOwner, aPod, aTarget } from '../../testing/builders.ts';
import { PlanWorld } from '../../testing/plan-world.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import type { PodView } from '../model/pod-view.ts';
import { targetKey, type Health } from '../model/target.ts';

const podStates = [
  {},
  {},
  {},
  { containersReady: false },
  { ending: true },
  { ending: true, containersGone: true },
  { labels: { app: 'blue' } },
  { labels: { app: 'blue' } },
  { labels: { app: 'blue' } },
];

const podsArbitrary: fc.Arbitrary<PodView[]> = fc
  .array(fc.constantFrom<Partial<PodView>[]>(...podStates), { maxLength: 9 })
  .map((states) => states.map((state, index) => aPod({ name: `p${index}`, ip: `10.0.0.${index}`, ...state })));

interface Scene {
  readonly pods: PodView[];
  readonly targets: readonly (readonly [TargetAnswer, Health])[];
  readonly most: number;
}

/** Some of the pods are targets already, fewer than the quota or more. */
const scenes: fc.Arbitrary<Scene> = podsArbitrary.chain((pods) => {
  const target = fc.record({ weight: fc.constantFrom(0, 10, 10), health: fc.constantFrom<Health[]>('Alive', 'Dead') });
  return fc.record({
    pods: fc.constant(pods),
    targets: fc
      .subarray(pods)
      .chain((some) =>
        fc.tuple(
          ...some.map(({ ip = '', uid }) =>
            target.map(({ weight, health }) => [aTarget({ ip, weight, tag: uid }), health] as const),
          ),
        ),
      ),
    most: fc.integer({ min: 1, max: 10 }),
  });
});

function worldOf({ pods, targets }: Scene, most?: number): PlanWorld {
  const scene = { owners: [anOwner()], listeners: [aListener()], ended: new Set<string>(), tagged: true };
  return new PlanWorld({ ...scene, pods, targets, ...(most === undefined ? {} : { quota: { targets: most } }) });
}

/** The most that stand at one moment while the steps are applied in their order. */
function peakOf(world: PlanWorld, before: number): number {
  let [now, peak] = [before, before];
  for (const { kind } of world.plan().steps) {
    now += kind === 'register' ? 1 : kind === 'deregister' ? -1 : 0;
    peak = Math.max(peak, now);
  }
  return peak;
}

test('No step asks for more targets than the quota allows, at any moment.', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { targets, most } = scene;
      expect(peakOf(worldOf(scene, most), targets.length)).toBeLessThanOrEqual(Math.max(targets.length, most));
    }),
    { numRuns: 2_000 },
  );
});

test('While everything fits, a plan is the same as without a quota.', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const enough = scene.pods.length + scene.targets.length;
      expect(worldOf(scene, enough).plan()).toEqual(worldOf(scene).plan());
    }),
    { numRuns: 500 },
  );
});

test('Ready pods that the Service selects keep their weight, whatever else wants a place.', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const { pods, most } = scene;
      const isReady = (ip: string) =>
        pods.some((pod) => pod.ip === ip && pod.labels['app'] === 'web' && pod.containersReady && !pod.ending);
      const lowered = worldOf(scene, most)
        .plan()
        .steps.filter((step) => step.kind === 'deregister' || (step.kind === 'set-weight' && step.weight === 0));
      expect(lowered.filter((step) => 'target' in step && isReady(step.target.ip))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('As many ready pods as fit are targets in the end, and only they when others want their room.', () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const pods = scene.pods.filter(({ labels, containersReady, ending }) => {
        return containersReady && (labels['app'] === 'web' ? !ending : true);
      });
      const ready = pods.filter(({ labels, ending }) => labels['app'] === 'web' && !ending);
      // The only one that serves is not given up for one that has no room yet.
      const most = Math.max(2, scene.most);
      const standing = scene.targets.filter(([{ ip }]) => pods.some((pod) => pod.ip === ip)).slice(0, most);
      const world = worldOf({ pods, targets: standing, most }, most);
      for (let run = 0; run < 60; run += 1) {
        const plan = world.plan();
        world.apply(plan);
        world.passTime(plan);
      }
      const keys = new Set(ready.map(({ ip = '' }) => targetKey(aTarget({ ip }))));
      const carrying = world.carrying('lbl-1').filter((target) => keys.has(targetKey(target)));
      expect(carrying).toHaveLength(Math.min(most, ready.length));
    }),
    { numRuns: 300 },
  );
});
