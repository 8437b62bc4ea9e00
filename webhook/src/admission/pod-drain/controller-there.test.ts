import { expect, test } from '@jest/globals';
import { isControllerThere } from './controller-there.ts';

const nowMs = 1_000_000;

test.each<[string, () => Promise<{ holder: string; renewedMs: number }>, boolean]>([
  ['held and renewed', async () => Promise.resolve({ holder: 'one', renewedMs: nowMs - 1_000 }), true],
  ['given back a moment ago', async () => Promise.resolve({ holder: '', renewedMs: nowMs - 9_000 }), true],
  ['given back, and nobody took it', async () => Promise.resolve({ holder: '', renewedMs: nowMs - 11_000 }), false],
  ['stale', async () => Promise.resolve({ holder: 'one', renewedMs: nowMs - 31_000 }), false],
  ['not there', async () => Promise.resolve({ holder: '', renewedMs: Number.NaN }), false],
  ['not readable: the wait is bounded anyway', async () => Promise.reject(new Error('no')), true],
])('A Lease that is %s', async (_, readLease, isThere) => {
  expect(await isControllerThere({ readLease, nowMs: () => nowMs })(AbortSignal.timeout(1_000))).toBe(isThere);
});
