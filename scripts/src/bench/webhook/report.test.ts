import { expect, test } from '@jest/globals';
import type { Measurement } from './measure.ts';
import { describe, problemsOf, summarize, type Seen } from './report.ts';

const measurement = (reviewsPerSecond: number, clientShare = 0.5, cpuUs = 90): Measurement => ({
  reviewsPerSecond,
  p50Us: 1_000,
  p99Us: 2_000,
  cpuUs,
  rssMiB: 100,
  serverShare: 1,
  clientShare,
});
const titles = { ours: 'ours', bareHttps: 'bare', controllerRuntime: 'go' };
const seven = <T>(make: (round: number) => T): T[] => Array.from({ length: 7 }, (_, round) => make(round));

function seen(ours: number, changed: Partial<Seen['measurements']> = {}): Seen {
  const starts = { ours: [300], bareHttps: [60], controllerRuntime: [40] };
  const cachedStarts = { ours: [200], bareHttps: [55], controllerRuntime: [] };
  // A machine that gets slower from round to round.
  const measurements = {
    ours: seven((round) => measurement(ours / (round + 1))),
    bareHttps: seven((round) => measurement(10_000 / (round + 1))),
    controllerRuntime: seven((round) => measurement(1_000 / (round + 1))),
  };
  return { titles, starts, cachedStarts, measurements: { ...measurements, ...changed } };
}

test('Ratios compare measurements of the same round.', () => {
  const { figures, spreads } = summarize(seen(9_500));
  expect(figures.toBareHttps).toBeCloseTo(0.95);
  expect(spreads.toControllerRuntime).toEqual({ median: 9.5, min: 9.5, max: 9.5 });
});

test('By processor time a review the ratio says how much more ours needs.', () => {
  const dearer = seen(9_500, { ours: seven(() => measurement(9_500, 0.5, 100)) });
  expect(summarize(dearer).spreads.toBareHttpsByCpu).toEqual({ median: 0.9, min: 0.9, max: 0.9 });
  expect(describe(summarize(dearer), titles)).toContain('by processor time a review: 0.90 (0.90-0.90 over 7 rounds)');
});

test('A run fails under its floors, not under its goals.', () => {
  expect(problemsOf(summarize(seen(7_500)))).toEqual([]);
  expect(problemsOf(summarize(seen(7_100)))).toEqual(['toBareHttps is 0.71, under 0.72']);
  expect(problemsOf(summarize(seen(5_900)))).toHaveLength(2);
});

test('A few rounds judge nothing.', () => {
  const all = seen(100);
  const measurements = {
    ours: all.measurements.ours.slice(0, 2),
    bareHttps: all.measurements.bareHttps,
    controllerRuntime: all.measurements.ours,
  };
  expect(problemsOf(summarize({ ...all, measurements }))).toEqual([]);
});

test('A load client without breath makes a run worthless.', () => {
  const busy = seen(9_500, { bareHttps: seven((round) => measurement(10_000 / (round + 1), 0.97)) });
  expect(problemsOf(summarize(busy))).toEqual([expect.stringContaining('against bareHttps')]);
});

test('People see medians with their spread, and the goals.', () => {
  const text = describe(summarize(seen(9_500)), titles);
  expect(text).toMatch(/^ours +2375 \(1357-9500\) +1\.00 \(1\.00-1\.00\)/m);
  expect(text).toMatch(/^go +40 \(40-40\) +100 \(100-100\) +50 \(50-50\)$/m);
  expect(text).toContain('to bare node:https: 0.95 (0.95-0.95 over 7 rounds), goal 0.8');
});
