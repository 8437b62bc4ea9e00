import { expect, test } from '@jest/globals';
import { matchConditions } from './match-conditions.ts';

const rule = { gateType: 'x/gate', optOutAnnotation: 'x/gate', excludedNamespaces: [], gateJobPods: false };
const notOfAJob = (gateJobPods: boolean) =>
  matchConditions({ ...rule, gateJobPods }, 'eni').find(({ name }) => name === 'not-of-a-job')?.expression;

test('The API server leaves out pods of Jobs of the group batch alone, unless they get the gate.', () => {
  expect(notOfAJob(false)).toContain('o.kind == "Job" && o.apiVersion.startsWith("batch/") && has(o.controller)');
  expect(notOfAJob(true)).toBeUndefined();
});
