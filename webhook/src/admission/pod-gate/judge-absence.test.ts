import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { judgeAbsence, sightAfter } from './judge-absence.ts';

const limitMs = 600_000;
const nowMs = Date.parse('2026-01-01T00:00:00Z');

/** How long ago the Lease was renewed by its own words, and how long we have seen it so. */
function absence(renewedAgoMs: number, watchedMs: number) {
  const sight = { holder: 'one', renewedMs: nowMs - renewedAgoMs, isStarting: false, sinceMs: 5_000 };
  return judgeAbsence(sight, { limitMs, nowMs, monotonicMs: 5_000 + watchedMs });
}

describe('No controller has held the Lease', () => {
  test.each<[string, number, number, string]>([
    ['renewed just now', 0, 0, 'there'],
    ['not renewed while we watched for a minute', 60_000, 60_000, 'doubtful'],
    ['not renewed while we watched for the limit', limitMs, limitMs, 'away'],
    ['renewed long ago, and we have just started', 2 * limitMs, 0, 'doubtful'],
    ['renewed long ago, and it does not change', 2 * limitMs, 30_000, 'away'],
    ['from a clock that is ahead, and it does not change for the limit', -2 * limitMs, limitMs, 'away'],
    ['from a clock that is behind, and it changes all the time', 2 * limitMs, 2_000, 'doubtful'],
    ['never renewed, for a while', Number.NaN, 60_000, 'doubtful'],
    ['never renewed, for the limit', Number.NaN, limitMs, 'away'],
  ])('%s', (_, renewedAgoMs, watchedMs, verdict) => {
    expect(absence(renewedAgoMs, watchedMs)).toBe(verdict);
  });
});

test('A Lease that was seen to change within 30 s is never away, whatever any clock says.', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(29_999), (renewedAgoMs, watchedMs) => {
      expect(absence(renewedAgoMs, watchedMs)).not.toBe('away');
    }),
  );
});

describe('Renewals each 5 s', () => {
  const leads = { holder: 'one', isStarting: false };
  const starts = { holder: 'one', isStarting: true };

  /** What is said after so long; `seen`: by the number of the renewal. */
  function judgeAfter(ms: number, seen: (at: number) => typeof leads) {
    let sight = sightAfter(undefined, { ...leads, renewedMs: nowMs }, 0);
    for (let atMs = 5_000; atMs <= ms; atMs += 5_000) {
      sight = sightAfter(sight, { ...seen(atMs / 5_000), renewedMs: nowMs + atMs }, atMs);
    }
    return judgeAbsence(sight, { limitMs, nowMs: nowMs + ms, monotonicMs: ms });
  }

  test.each<[string, number, (at: number) => typeof leads, string]>([
    ['of a leader', 2 * limitMs, () => leads, 'there'],
    ['of one that reads the cluster, for less than the limit', limitMs - 5_000, () => starts, 'doubtful'],
    ['of one that never has read the cluster', limitMs, () => starts, 'away'],
    ['of processes that all die while they start', limitMs, (at) => ({ ...starts, holder: `at ${at}` }), 'away'],
    [
      'of one that gives it back and takes it again',
      limitMs,
      (at) => (at % 9 ? starts : { ...leads, holder: '' }),
      'away',
    ],
    ['of one that has read it at last', limitMs + 5_000, (at) => (at > 120 ? leads : starts), 'there'],
  ])('%s', (_, ms, seen, verdict) => {
    expect(judgeAfter(ms, seen)).toBe(verdict);
  });
});
