import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { anOwner, aPod, aPort, clusterId } from '../../testing/builders.ts';
import { PlanWorld } from '../../testing/plan-world.ts';
import { isPodBinding, selects } from '../model/binding.ts';
import type { OwnerView } from '../model/owner-view.ts';
import type { PodView } from '../model/pod-view.ts';
import { groupOfListener } from './listener-name.ts';
import { isEmpty } from './plan.ts';

const names = ['a', 'b', 'c', 'd'];
const uidOf = (name: string) => `uid-${name}`;
/** Its pods are those of `app`; it wants ports 80 + `at`. */
const owner = (name: string, app: string, at: readonly number[], overrides: { readonly ending?: boolean } = {}) =>
  anOwner({
    name,
    createdAtMs: names.indexOf(name),
    selector: { app },
    ports: at.map((one) => aPort({ port: 80 + one })),
    ...overrides,
  });
const podsOf = (app: string, group: number, count: number): PodView[] =>
  Array.from({ length: count }, (_, index) =>
    aPod({ name: `${app}-${index}`, labels: { app }, ip: `10.0.${group}.${index + 1}` }),
  );

/** Until nothing is left to do; no listener that stood may be without a target that serves, after any run. */
function settleServing(world: PlanWorld): void {
  const stood = world.listeners.map(({ id }) => id);
  let plan = world.plan();
  for (let runs = 0; runs < 30 && !(isEmpty(plan) && plan.dueInMs === undefined); runs += 1) {
    expect(plan.conflicts).toEqual([]);
    world.apply(plan);
    for (const id of stood) expect(world.serving(id)).not.toEqual([]);
    world.passTime(plan);
    plan = world.plan();
  }
  expect(isEmpty(plan)).toBe(true);
}

/** "80 uid-a a-1 a-2": each listener with its owner and the pods that it sends to. */
function picture(world: PlanWorld): string[] {
  const byIp = new Map(world.pods.map(({ ip, name }) => [ip, name]));
  const lines = world.listeners.map(({ id, place, name }) => {
    const pods = world.carrying(id).map(({ ip }) => byIp.get(ip) ?? ip);
    return [place.port, groupOfListener(name, clusterId), ...pods.toSorted()].join(' ');
  });
  return lines.toSorted();
}

function served(owners: readonly OwnerView[], pods: readonly PodView[]): string[] {
  const lines = owners.flatMap(({ uid, bindings }) =>
    bindings.filter(isPodBinding).map(({ place, backends }) => {
      const own = pods.filter((pod) => selects(backends.selector, pod));
      return [place.port, uid, ...own.map(({ name }) => name).toSorted()].join(' ');
    }),
  );
  return lines.toSorted();
}

function startedWith(owners: readonly OwnerView[], pods: readonly PodView[], tagged: boolean): PlanWorld {
  const world = new PlanWorld({ pods, owners, listeners: [], targets: [], ended: new Set(), tagged });
  world.settle();
  expect(picture(world)).toEqual(served(owners, pods));
  return world;
}

const worlds = fc.record({
  counts: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }),
  tagged: fc.boolean(),
  shift: fc.integer({ min: 1, max: 3 }),
});

test('Owners that exchange their ports get them by themselves, and no port is ever without a serving target', () => {
  fc.assert(
    fc.property(worlds, ({ counts, tagged, shift }) => {
      const some = names.slice(0, counts.length);
      const pods = some.flatMap((name, index) => podsOf(name, index, counts[index] ?? 1));
      const at = (by: number) => some.map((name, index) => owner(name, name, [(index + by) % some.length]));
      const world = startedWith(at(0), pods, tagged);
      world.owners = at(shift);
      settleServing(world);
      expect(picture(world)).toEqual(served(world.owners, pods));
    }),
    { numRuns: 200 },
  );
});

test('An owner that takes over from one that is deleted, or that goes elsewhere, has no moment without targets', () => {
  fc.assert(
    fc.property(worlds, fc.boolean(), fc.boolean(), ({ counts: [olds = 1, news = 1], tagged }, isSame, isEnding) => {
      const pods = [...podsOf('old', 1, olds), ...podsOf('new', 2, news)];
      const world = startedWith([owner('a', 'old', [0])], pods, tagged);
      const successor = owner('b', isSame ? 'old' : 'new', [0]);
      const present = isEnding ? owner('a', 'old', [0], { ending: true }) : owner('a', 'old', [1]);
      world.owners = [present, successor];
      settleServing(world);
      expect(picture(world)).toEqual(served(isEnding ? [successor] : world.owners, pods));
    }),
    { numRuns: 200 },
  );
});

test('While the new owner has no pod that serves, the pods of the old one go on', () => {
  const pods = [...podsOf('old', 1, 2), aPod({ name: 'new-0', labels: { app: 'new' }, containersReady: false })];
  const world = startedWith([owner('a', 'old', [0])], pods, true);
  world.owners = [owner('a', 'old', [1]), owner('b', 'new', [0])];
  world.apply(world.plan());
  expect(picture(world)).toEqual([`80 ${uidOf('b')} old-0 old-1`, `81 ${uidOf('a')}`]);
});
