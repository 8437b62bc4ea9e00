import { expect, test } from '@jest/globals';
import { describe as describeRun, problemsOf, summarize, type Seen } from './report.ts';

const measurement = (requestsPerSecond: number, p50Us: number, failures = 0) => ({
  ...{ requestsPerSecond, p50Us, failures, requests: 10 },
  p99Us: 2 * p50Us,
});
const seenOf = (failures = 0): Seen => {
  const all = {
    direct: [measurement(1000, 100), measurement(2000, 50), measurement(1000, 100)],
    l4: [measurement(900, 110), measurement(1800, 60), measurement(500, 130)],
    l7: [measurement(500, 300), measurement(1000, 250), measurement(400, 400, failures)],
  };
  return { kept: all, new: all };
};

test('Two measurements of one round are compared.', () => {
  const { figures, rounds, failures } = summarize(seenOf());
  expect({ rounds, failures }).toEqual({ rounds: 3, failures: 0 });
  expect(figures).toMatchObject({
    'kept.l4ToDirect': 0.9,
    'kept.l7ToDirect': 0.5,
    'kept.l4AddedUs': 10,
    'new.l7AddedUs': 200,
    'new.directRequestsPerSecond': 1000,
    'kept.l7P99Us': 600,
  });
});

test('A lost request is a problem, a slow one is not.', () => {
  expect(problemsOf(summarize(seenOf()))).toEqual([]);
  expect(problemsOf(summarize(seenOf(1)))).toEqual(['of 180 requests 2 were lost or not answered with 200']);
});

test('People read a line for each way.', () => {
  const lines = describeRun(summarize(seenOf())).split('\n');
  expect(lines).toHaveLength(9);
  expect(lines[3]).toMatch(/^HTTP listener, kept connections +500 \(400-1000\) +0\.50 \(0\.40-0\.50\) +0\.30 /);
});
