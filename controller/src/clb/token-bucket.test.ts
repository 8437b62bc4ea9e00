import { describe, expect, test } from '@jest/globals';
import { ordinaryFlow, priorities, type Priority, type Flow } from '@clb-direct/shared/domain/flow.ts';
import { limitIn } from './limited.ts';
import { createVirtualClock } from './testing/virtual-clock.ts';
import { TokenBucket } from './token-bucket.ts';

const { signal } = new AbortController();
const noEnd = Infinity;

function aBucket(perSecond = 18) {
  const clock = createVirtualClock();
  return { clock, bucket: new TokenBucket({ perSecond, clock }) };
}

test('no second ever sees more than the twenty requests that the API allows', async () => {
  const { clock, bucket } = aBucket();
  const times: number[] = [];
  for (let count = 0; count < 100; count += 1) {
    await bucket.take(noEnd, signal, ordinaryFlow);
    times.push(clock.now());
  }
  const inSecondFrom = (start: number) => times.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(20);
  expect(clock.now()).toBeLessThan(6000);
});

test('an idle bucket lets the first ones go at once, and does not save up for more', async () => {
  const { clock, bucket } = aBucket();
  clock.advance(3_600_000);
  await bucket.take(noEnd, signal, ordinaryFlow);
  await bucket.take(noEnd, signal, ordinaryFlow);
  expect(clock.pauses).toEqual([]);
  await bucket.take(noEnd, signal, ordinaryFlow);
  expect(clock.pauses).toHaveLength(1);
});

test('requests go in the order they came', async () => {
  const { bucket } = aBucket();
  const order: number[] = [];
  await Promise.all(
    [0, 1, 2, 3, 4].map(async (index) => {
      await bucket.take(noEnd, signal, ordinaryFlow);
      order.push(index);
    }),
  );
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

/** Takes the first token, lets all of these wait, and tells in which order they had theirs. */
async function orderOf(waiting: readonly (readonly [string, Flow])[], perSecond = 1): Promise<readonly string[]> {
  const { bucket } = aBucket(perSecond);
  await bucket.take(noEnd, signal, ordinaryFlow);
  const order: string[] = [];
  const takes = waiting.map(async ([name, flow]) => {
    await bucket.take(noEnd, signal, flow);
    order.push(name);
  });
  await Promise.all(takes);
  return order;
}
const flowOf = (priority: Priority, share = 'shop'): Flow => ({ priority, share });

test('a drain goes before gates, gates before changes, changes before looks, whenever they came', async () => {
  const upwards = priorities.toReversed();
  expect(await orderOf(upwards.map((priority) => [priority, flowOf(priority)] as const))).toEqual([
    'drain',
    'gate',
    'change',
    'look',
  ]);
});

test('among equals each share has a token in turn, however many requests of one wait', async () => {
  const many = [1, 2, 3, 4].map((number) => [`other ${number}`, flowOf('look', 'other')] as const);
  const order = await orderOf([...many, ['shop', flowOf('look', 'shop')]]);
  expect(order.indexOf('shop')).toBeLessThanOrEqual(1);
});

test('what waits in a flow whose priority rises goes by the new one', async () => {
  const { clock, bucket } = aBucket(1);
  await bucket.take(noEnd, signal, ordinaryFlow);
  const rising: { priority: Priority; share: string } = { priority: 'look', share: 'shop' };
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const takes = [
    bucket.take(noEnd, signal, flowOf('gate', 'other')).then(note('other')),
    bucket.take(noEnd, signal, rising).then(note('shop')),
  ];
  rising.priority = 'drain';
  await Promise.all(takes);
  expect(order).toEqual(['shop', 'other']);
  expect(clock.now()).toBeLessThan(2_100);
});

test('a look starves behind nothing but drains', async () => {
  const { clock, bucket } = aBucket(1);
  await bucket.take(noEnd, signal, ordinaryFlow);
  const look = bucket.take(noEnd, signal, flowOf('look')).then(() => clock.now());
  for (let count = 0; count < 30; count += 1) await bucket.take(noEnd, signal, flowOf('gate', 'other'));
  expect(await look).toBeLessThan(15_000);
});

test('one that gives up does not hold up those behind it', async () => {
  const { bucket } = aBucket(1);
  const abort = new AbortController();
  await bucket.take(noEnd, signal, ordinaryFlow);
  const first = bucket.take(noEnd, abort.signal, ordinaryFlow);
  const second = bucket.take(noEnd, signal, ordinaryFlow);
  abort.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  expect(await second).toBe(true);
});

test('a token that would come too late is not waited for', async () => {
  const { clock, bucket } = aBucket(1);
  await bucket.take(noEnd, signal, ordinaryFlow);
  expect(await bucket.take(clock.now() + 500, signal, ordinaryFlow)).toBe(false);
  expect(await bucket.take(clock.now() + 2000, signal, ordinaryFlow)).toBe(true);
});

test('after a refusal nothing goes for a second, and then slower than the limit that it named', async () => {
  const { clock, bucket } = aBucket();
  bucket.refused(10);
  const from = clock.now();
  await bucket.take(noEnd, signal, ordinaryFlow);
  expect(clock.now() - from).toBeGreaterThanOrEqual(1000);
  const times: number[] = [];
  for (let count = 0; count < 30; count += 1) {
    await bucket.take(noEnd, signal, ordinaryFlow);
    times.push(clock.now());
  }
  const inSecondFrom = (start: number) => times.filter((at) => at >= start && at < start + 1000).length;
  expect(Math.max(...times.map(inSecondFrom))).toBeLessThanOrEqual(10);
});

describe('after a refusal that named a limit of 1', () => {
  /** How many requests have a token in the second from then. */
  async function inSecondAfter(ms: number, refusedAgainAt?: number): Promise<number> {
    const { clock, bucket } = aBucket();
    bucket.refused(1);
    let count = 0;
    let isRefusedAgain = false;
    while (clock.now() < ms + 1000) {
      await bucket.take(noEnd, signal, ordinaryFlow);
      if (clock.now() >= ms && clock.now() < ms + 1000) count += 1;
      if (isRefusedAgain || refusedAgainAt === undefined || clock.now() < refusedAgainAt) continue;
      isRefusedAgain = true;
      bucket.refused(1);
    }
    return count;
  }

  test.each([
    [50_000, 0, 1],
    [130_000, 2, 3],
    [600_000, 17, 20],
  ])('after %s ms without another one it lets %s to %s through in a second', async (ms, least, most) => {
    const count = await inSecondAfter(ms);
    expect(count).toBeGreaterThanOrEqual(least);
    expect(count).toBeLessThanOrEqual(most);
  });

  test('another one slows it down again', async () => {
    expect(await inSecondAfter(620_000, 590_000)).toBeLessThanOrEqual(1);
  });

  test('the rate comes back also where nothing was asked meanwhile', async () => {
    const { clock, bucket } = aBucket();
    bucket.refused(1);
    clock.advance(600_000);
    for (let count = 0; count < 40; count += 1) await bucket.take(noEnd, signal, ordinaryFlow);
    expect(clock.now() - 600_000).toBeLessThan(3_000);
  });
});

test.each([
  ['equals to `21` in a second, which exceeds the frequency limit `20` for a second.', 20],
  ['您当前每秒请求 `6` 次，超过了每秒频率上限 `5`，请稍后重试。', 5],
  ['Too many requests.', undefined],
])('the limit in force is read from "%s"', (message, limit) => {
  expect(limitIn(message)).toBe(limit);
});
