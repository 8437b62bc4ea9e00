import { expect, test } from '@jest/globals';
import { matchConditions } from './match-conditions.ts';

const rule = { gateType: 'x/gate', optOutAnnotation: 'x/gate', excludedNamespaces: [], gateJobPods: false };
const notOfAJob = (gateJobPods: boolean) =>
  matchConditions({ rule: { ...rule, gateJobPods }, asksAboutGated: false }, 'eni').find(
    ({ name }) => name === 'not-of-a-job',
  )?.expression;

test('The API server leaves out pods of Jobs of the group batch alone, unless they get the gate.', () => {
  expect(notOfAJob(false)).toContain('o.kind == "Job" && o.apiVersion.startsWith("batch/") && has(o.controller)');
  expect(notOfAJob(true)).toBeUndefined();
});

test.each([
  ['asked about only without the gate', false, true],
  ['asked about with the gate too, where it may get a preStop sleep', true, false],
])('A pod is %s.', (_, asksAboutGated, isLeftOut) => {
  const names = matchConditions({ rule, asksAboutGated }, 'eni').map(({ name }) => name);
  expect(names.includes('not-gated-yet')).toBe(isLeftOut);
});
