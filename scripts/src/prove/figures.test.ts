import { expect, test } from '@jest/globals';
import { isPassed, summaryOf, type Result } from './figures.ts';

const aResult = (overrides: Partial<Result> = {}): Result => ({
  ...{ name: 'http/rolling/none', requests: 20_000, lost: 0, allowed: null, mustLose: false, rollouts: 3 },
  ...{ seconds: 200, at: '2026-11-27T12:00:00.000Z', source: 'abc1234', losses: [], failure: null },
  ...overrides,
});

test.each<[string, Partial<Result>, boolean]>([
  ['nothing is lost', {}, true],
  ['one is lost', { lost: 1 }, false],
  ['one is lost that may be', { lost: 1, allowed: 'SIGKILL' }, true],
  ['a control loses one', { lost: 1, mustLose: true }, true],
  ['a control loses nothing', { mustLose: true }, false],
  ['the rollout does not end', { failure: 'waited' }, false],
  ['a control loses one and its rollout does not end', { lost: 1, mustLose: true, failure: 'waited' }, false],
])('When %s the row is judged so.', (_case, overrides, passed) => {
  expect(isPassed(aResult(overrides))).toBe(passed);
});

test('The summary counts what is proved and what controls lose apart.', () => {
  const control = aResult({ name: 'control/no-gate', lost: 44, requests: 1_000, mustLose: true });
  expect(summaryOf([aResult(), aResult({ name: 'b', lost: 2 }), control])).toMatchObject({
    name: 'prove',
    rows: [
      { lost: 0, allowed: null },
      { lost: 2 },
      { lost: 44, requests: 1_000, allowed: expect.stringMatching(/control/) },
    ],
    figures: { requests: 40_000, lost: 2, controls: 1, lostByControls: 44, failedRows: 1 },
  });
});
