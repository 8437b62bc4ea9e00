import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { limits } from '../testing/builders.ts';
import { RollingUpdate, SlowCloud, type Random } from '../testing/rolling-update.ts';
import { inVirtualTime, passing, passMs } from '../testing/virtual-time.ts';
import { forEveryone, World } from '../testing/world.ts';

inVirtualTime();

/** mulberry32 */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(async () => passing(world.stop()));

const settings = { recheckMs: 1_000, limits: { ...limits, gatherMs: 20_000 }, placeRules: forEveryone } as const;

/** As after the first targets of a CLB. Before them health is asked for each second. */
function knowChecks(balancerId: string): void {
  const { state } = world;
  state?.remember(balancerId, { ...state.memoryOf(balancerId), checks: 'as-set' });
}

/** See `Rolled`: of a machine with time, and of one without. */
const quick = [50, 300] as const;
const slow = [300, 1_500] as const;

interface Course {
  readonly seed: number;
  readonly readyMs: readonly [number, number];
}

/** All that is asked from the begin of the rolling updates until 30 s after they are done. */
async function roll(balancers: number, replicas: number, { seed, readyMs }: Course = { seed: 1, readyMs: quick }) {
  const random = randomOf(seed);
  const cloud = new SlowCloud(world, random);
  const updates = Array.from(
    { length: balancers },
    (_, number) => new RollingUpdate(world, cloud, { number, replicas, random, readyMs }),
  );
  world.start({ ...settings, looksPerMinute: 360 });
  await passMs(30_000);
  for (const { balancerId } of updates) knowChecks(balancerId);
  cloud.calls.length = 0;
  for (const update of updates) update.begin();
  for (let passedMs = 0; passedMs < 180_000 && !updates.every(({ isDone }) => isDone); passedMs += 1_000) {
    await passMs(1_000);
  }
  expect(updates.every(({ isDone }) => isDone)).toBe(true);
  await passMs(30_000);
  const delaysMs = updates.flatMap(({ drainDelaysMs }) => drainDelaysMs).toSorted((a, b) => a - b);
  const opened = updates.flatMap(({ openAtMs }) => [...openAtMs]);
  const gatesMs = opened.map(([ip, atMs]) => atMs - (cloud.aliveAtMs.get(ip) ?? 0)).toSorted((a, b) => a - b);
  const ready = updates.flatMap(({ readyAtMs }) => [...readyAtMs]);
  const registersMs = ready.map(([ip, atMs]) => (cloud.registeredAtMs.get(ip) ?? 0) - atMs).toSorted((a, b) => a - b);
  return { calls: cloud.calls, delaysMs, gatesMs, registersMs };
}

const count = (calls: readonly { readonly action: string }[]): Readonly<Record<string, number>> => {
  const byAction = Map.groupBy(calls, ({ action }) => action);
  return Object.fromEntries([...byAction].map(([action, some]) => [action, some.length]));
};
const isRead = ({ action }: { readonly action: string }) => /^(describe|find|list)/.test(action);

interface Limits extends Course {
  readonly machine: string;
  /** Of a weight 0, in the median and at most; 600 ms are the task's. */
  readonly drainMs: readonly [number, number];
}

const courses = [1, 2, 3].flatMap((seed): Limits[] => [
  { seed, machine: 'quick', readyMs: quick, drainMs: [800, 2_400] },
  { seed, machine: 'slow', readyMs: slow, drainMs: [1_000, 2_400] },
]);

describe('a rolling update of 30 pods', () => {
  test.each(courses)(
    'costs few calls, and each weight 0 goes out soon ($machine nodes, $seed)',
    async (course) => {
      const { calls, delaysMs, gatesMs, registersMs } = await roll(1, 30, course);
      const writes = calls.filter((call) => !isRead(call));
      expect(delaysMs).toHaveLength(30);
      expect(delaysMs[15]).toBeLessThan(course.drainMs[0]);
      expect(delaysMs.at(-1)).toBeLessThan(course.drainMs[1]);
      expect(registersMs[15]).toBeLessThan(1_400);
      expect(registersMs.at(-1)).toBeLessThan(2_800);
      // Alive comes at any time, and is asked for each second.
      expect(gatesMs[15]).toBeLessThan(750);
      expect(gatesMs.at(-1)).toBeLessThan(1_200);
      expect(writes.length).toBeLessThanOrEqual(24);
      expect(calls.length - writes.length).toBeLessThanOrEqual(45);
      const { deregister = 0, register = 0, describeListeners = 0, describeTargets = 0 } = count(calls);
      expect(deregister).toBeLessThanOrEqual(2);
      expect(register).toBeLessThanOrEqual(9);
      // One look of the sweep; a look after each write would be 25.
      expect([describeListeners, describeTargets].every((looks) => looks <= 2)).toBe(true);
    },
    60_000,
  );
});

/** Half of what the API grants an account for each action. */
const budgetPerSecond = 10;

describe('50 CLBs that roll at once', () => {
  test('stay on average within half of the budget of each action, and looks and health in each second', async () => {
    const { calls } = await roll(50, 8);
    const spanMs = (calls.at(-1)?.atMs ?? 0) - (calls[0]?.atMs ?? 0);
    for (const some of Object.values(count(calls))) {
      expect((some * 1_000) / spanMs).toBeLessThan(budgetPerSecond);
    }
    const looks = calls.filter((call) => isRead(call) && call.action !== 'describeTaskStatus');
    const bySecond = Map.groupBy(looks, ({ action, atMs }) => `${action} ${Math.floor(atMs / 1_000)}`);
    for (const some of bySecond.values()) expect(some.length).toBeLessThanOrEqual(budgetPerSecond);
  }, 300_000);
});
