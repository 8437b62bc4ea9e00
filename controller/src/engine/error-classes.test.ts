import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readActions, writeActions } from '../testing/coded-clb.ts';
import { errorClasses, type ErrorClass } from '../testing/error-classes.ts';
import { TwoServices } from '../testing/two-services.ts';
import { inVirtualTime, passesUntil, passing, passMs } from '../testing/virtual-time.ts';

inVirtualTime();
type Action = (typeof writeActions)[number];

/** Real time, on a slow machine. */
jest.setTimeout(60_000);

let world: TwoServices;
beforeEach(async () => {
  world = new TwoServices();
  await world.serve();
});
afterEach(async () => passing(world.stop()));

const minuteMs = 60_000;
const toldAbout = (about: string) =>
  world.cluster.announcements.filter((one) => one.about === about).map(({ reason }) => reason);
const fail = (action: Action, code: string) => {
  world.clb.codeOf = (one) => (one === action ? code : undefined);
};
/** Runs of the loop: each begins with a look. */
const runsSince = (fromMs: number) =>
  world.clb.requests.filter(({ action, atMs }) => action === 'describeTargets' && atMs >= fromMs).length;

/** Codes of the class and actions in turn. The pause, the event and what else goes on depend on the class alone. */
function pairsOf({ codes }: ErrorClass, actions: readonly Action[], count: number) {
  return Array.from({ length: count }, (_, index) => {
    return [codes[index % codes.length] ?? '', actions[index % actions.length] ?? 'register'] as const;
  });
}

describe.each(errorClasses)('While writes are answered as $name', (errorClass) => {
  const { codes, reason, longestMs, retriesMs } = errorClass;

  test.each(pairsOf(errorClass, writeActions, Math.max(codes.length, writeActions.length)))(
    '(%s to %s), all else goes on',
    async (code, action) => {
      fail(action, code);
      world.ask(action);
      await passMs(5_000);
      world.siblingMoves(action);
      await passesUntil(() => world.hasSiblingMoved(action), 20_000 + retriesMs);
      await passMs(minuteMs);
      expect(toldAbout('shop/web')).toContain(reason);
      expect(world.isDone(action)).toBe(false);
      expect(world.targets()).toContain('80/10.0.0.2:8080=10');

      const fromMs = performance.now();
      await passMs(2 * minuteMs);
      const runs = runsSince(fromMs);
      expect(runs).toBeLessThanOrEqual((2 * minuteMs) / longestMs + 1);
      expect(runs).toBeGreaterThanOrEqual(Math.floor((2 * minuteMs) / (longestMs + retriesMs)) - 1);

      world.clb.codeOf = () => undefined;
      await passesUntil(() => world.isDone(action), longestMs + 5_000);
      await passMs(minuteMs);
      const { length } = world.clb.writes;
      await passMs(2 * minuteMs);
      expect(world.clb.writes.slice(length)).toEqual([]);
    },
  );
});

describe.each(errorClasses)('While a look is answered as $name', (errorClass) => {
  const { reason, longestMs, retriesMs } = errorClass;

  test.each(pairsOf(errorClass, readActions, 2 * readActions.length))(
    '(%s to %s), pods that end are drained',
    async (code, action) => {
      fail(action, code);
      // After a listener was made everything is read.
      world.ask('createListeners');
      await passMs(minuteMs);
      expect(toldAbout('shop/web')).toContain(reason);
      world.ask('register');
      world.ask('setWeight');
      await passesUntil(() => world.isDone('setWeight'), 10_000);
      await passMs(minuteMs);
      expect(world.targets()).toContain('80/10.0.0.2:8080=10');

      const fromMs = performance.now();
      await passMs(2 * minuteMs);
      const asked = world.clb.requests.filter((one) => one.action === action && one.atMs >= fromMs).length;
      // By the look and by the watch of health, with four tries each.
      expect(asked).toBeLessThanOrEqual(8 * ((2 * minuteMs) / longestMs + 1));
      expect(asked).toBeGreaterThanOrEqual(Math.floor((2 * minuteMs) / (longestMs + retriesMs)) - 1);

      world.clb.codeOf = () => undefined;
      await passesUntil(() => world.isDone('register') && world.isDone('createListeners'), longestMs + 5_000);
    },
  );
});
