import { beforeEach, describe, expect, test } from '@jest/globals';
import { watchController, type ControllerWatch } from './controller-there.ts';

let nowMs: number;
let lease: () => Promise<{ holder: string; renewedMs: number; isStarting: boolean }>;
let watch: ControllerWatch;

beforeEach(() => {
  nowMs = 1_000_000;
  watch = watchController({ readLease: async () => lease(), nowMs: () => nowMs, monotonicMs: () => nowMs - 700_000 });
});

const { signal } = new AbortController();
const isThere = async () => watch.isThere(signal);
/** The Lease says that it was renewed so long ago. */
function renew(agoMs = 0, holder = 'one'): void {
  const seen = { holder, renewedMs: nowMs - agoMs, isStarting: false };
  lease = async () => Promise.resolve(seen);
}

/** A minute, as the gates read it, of a holder whose clock is so far behind. */
async function leads(behindMs: number): Promise<void> {
  for (const pauseMs of [2_000, 58_000]) {
    renew(behindMs + 1_000);
    await watch.readLease(signal);
    nowMs += pauseMs;
  }
}

describe('A controller whose clock is right', () => {
  test.each<[string, number, string, boolean]>([
    ['held and renewed', 1_000, 'one', true],
    ['given back a moment ago', 9_000, '', true],
    ['given back, and nobody took it', 11_000, '', false],
    ['not renewed any more', 31_000, 'one', false],
    ['taken by another one, whose clock is not known', 31_000, 'two', true],
  ])('%s: there %s', async (_, agoMs, holder, expected) => {
    await leads(0);
    renew(agoMs, holder);
    expect(await isThere()).toBe(expected);
  });
});

test.each([[20_000], [31_000], [3_600_000], [-3_600_000]])(
  'A controller whose clock is %d ms behind is there while it renews, and away when it does not.',
  async (behindMs) => {
    await leads(behindMs);
    for (let count = 0; count < 20; count += 1) {
      renew(behindMs);
      expect(await isThere()).toBe(true);
      nowMs += 5_000;
    }
    expect(await isThere()).toBe(true);
    nowMs += 30_000;
    expect(await isThere()).toBe(false);
  },
);

test('A Lease that the webhook sees for the first time is watched before it counts as stale.', async () => {
  renew(600_000);
  expect(await isThere()).toBe(true);
  nowMs += 29_000;
  expect(await isThere()).toBe(true);
  nowMs += 1_000;
  expect(await isThere()).toBe(false);
});

test('A Lease that is not there is held by nobody.', async () => {
  lease = async () => Promise.resolve({ holder: '', renewedMs: Number.NaN, isStarting: false });
  expect(await isThere()).toBe(false);
});

test('One that cannot be read is taken for held: the wait is bounded anyway.', async () => {
  lease = async () => Promise.reject(new Error('no'));
  expect(await isThere()).toBe(true);
});
