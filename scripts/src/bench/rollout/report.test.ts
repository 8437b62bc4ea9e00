import { expect, test } from '@jest/globals';
import { describe as describeRun, problemsOf, rolloutOf, summarize, type Seen, type SeenCall } from './report.ts';

const call = (action: string, atMs: number, rest: Partial<SeenCall> = {}): SeenCall => {
  return { action, atMs, write: !action.startsWith('Describe'), code: null, request: {}, ...rest };
};
const weightZero = (ip: string) => ({ ModifyList: [{ Weight: 0, Targets: [{ EniIp: ip }] }] });

const seen: Seen = {
  calls: [
    call('DescribeTargetHealth', 900),
    call('BatchModifyTargetWeight', 1_100, {
      code: 'FailedOperation.ResourceInOperating',
      request: weightZero('10.0.0.1'),
    }),
    call('BatchModifyTargetWeight', 1_300, { request: weightZero('10.0.0.1') }),
    call('BatchRegisterTargets', 1_400),
    call('DescribeTargetHealth', 2_900),
  ],
  health: [{ atMs: 3_000, ip: '10.0.0.2', msToAlive: 1_600 }],
  pods: [
    { ip: '10.0.0.1', gateAtMs: undefined, endingAtMs: 1_000 },
    { ip: '10.0.0.2', gateAtMs: 3_250, endingAtMs: undefined },
  ],
  seconds: 12.5,
  requests: 100,
  lost: 0,
};

test('Calls are counted by action, writes first, and delays are those of the pods.', () => {
  expect(rolloutOf(seen)).toMatchObject({
    ...{ writes: 3, reads: 2, refused: 1, seconds: 12.5 },
    calls: { BatchModifyTargetWeight: 2, BatchRegisterTargets: 1, DescribeTargetHealth: 2 },
    gate: { medianMs: 250, p90Ms: 250, maxMs: 250 },
    drain: { medianMs: 300, p90Ms: 300, maxMs: 300 },
  });
});

test('The table has each action and each delay, and nothing is wrong with a cheap rollout.', () => {
  const summary = summarize(30, [rolloutOf(seen), rolloutOf(seen)]);
  const text = describeRun(summary);
  for (const part of ['BatchRegisterTargets', 'DescribeTargetHealth', '250/250/250', '300/300/300', '0/100']) {
    expect(text).toContain(part);
  }
  expect(problemsOf(summary)).toEqual([]);
  expect(summary.figures).toMatchObject({ writes: 3, reads: 2, gateMs: 250, drainMs: 300, lost: 0 });
});

test('Too many calls or one lost request is a problem.', () => {
  const calls = Array.from({ length: 41 }, () => call('DescribeTargets', 1));
  expect(problemsOf(summarize(30, [rolloutOf({ ...seen, calls, lost: 1 })]))).toEqual([
    'reads: 41, the goal is at most 40',
    'lost: 1, the goal is at most 0',
  ]);
});
