import { expect, test } from '@jest/globals';
import { limitIn } from './limited.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';
import { createTokenBucket } from './token-bucket.ts';

const { signal } = new AbortController();
const noEnd = Infinity;

function aBucket(perSecond = 18) {
  const clock = createVirtualClock();
  return { clock, bucket: createTokenBucket({ perSecond, clock }) };
}

test('no second ever sees more than the twenty requests that the API allows', async () => {
  const { clock, bucket } = aBucket();
  const times: number[] = [];
  for (let count = 0; count < 100; count += 1) {
    await bucket.take(noEnd, signal);
    times.push(clock.now());
  }
  const inSecondFrom = (start: number) => times.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(20);
  expect(clock.now()).toBeLessThan(6000);
});

test('an idle bucket lets the first ones go at once, and does not save up for more', async () => {
  const { clock, bucket } = aBucket();
  clock.advance(3_600_000);
  await bucket.take(noEnd, signal);
  await bucket.take(noEnd, signal);
  expect(clock.pauses).toEqual([]);
  await bucket.take(noEnd, signal);
  expect(clock.pauses).toHaveLength(1);
});

test('requests go in the order they came', async () => {
  const { bucket } = aBucket();
  const order: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4].map(async (index) => {
      await bucket.take(noEnd, signal);
      order.push(index);
    }),
  );
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test('one that gives up does not hold up those behind it', async () => {
  const { bucket } = aBucket(1);
  const abort = new AbortController();
  await bucket.take(noEnd, signal);
  const first = bucket.take(noEnd, abort.signal);
  const second = bucket.take(noEnd, signal);
  abort.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  expect(await second).toBe(true);
});

test('a token that would come too late is not waited for', async () => {
  const { clock, bucket } = aBucket(1);
  await bucket.take(noEnd, signal);
  expect(await bucket.take(clock.now() + 500, signal)).toBe(false);
  expect(await bucket.take(clock.now() + 2000, signal)).toBe(true);
});

test('after a refusal nothing goes for a second, and then slower than the limit that it named', async () => {
  const { clock, bucket } = aBucket();
  bucket.refused(10);
  const from = clock.now();
  await bucket.take(noEnd, signal);
  expect(clock.now() - from).toBeGreaterThanOrEqual(1000);
  const times: number[] = [];
  for (let count = 0; count < 30; count += 1) {
    await bucket.take(noEnd, signal);
    times.push(clock.now());
  }
  const inSecondFrom = (start: number) => times.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(10);
});

test.each([
  ['equals to `21` in a second, which exceeds the frequency limit `20` for a second.', 20],
  ['您当前每秒请求 `6` 次，超过了每秒频率上限 `5`，请稍后重试。', 5],
  ['Too many requests.', undefined],
])('the limit in force is read from "%s"', (message, limit) => {
  expect(limitIn(message)).toBe(limit);
});
