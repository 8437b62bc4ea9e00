import { expect, test } from '@jest/globals';
import type { ClusterNetwork } from '@clb-direct/shared/domain/reach.ts';
import { matchConditions } from './match-conditions.ts';

const onEni = { eniDefault: 'eni', globalRoute: false } as const;
const rule = { gateType: 'x/gate', optOutAnnotation: 'x/gate', excludedNamespaces: [], gateJobPods: false };
const notOfAJob = (gateJobPods: boolean) =>
  matchConditions({ rule: { ...rule, gateJobPods }, asksAboutGated: false }, onEni).find(
    ({ name }) => name === 'not-of-a-job',
  )?.expression;

test('The API server leaves out pods of Jobs of the group batch alone, unless they get the gate.', () => {
  expect(notOfAJob(false)).toContain('o.kind == "Job" && o.apiVersion.startsWith("batch/") && has(o.controller)');
  expect(notOfAJob(true)).toBeUndefined();
});

const reached = (network: ClusterNetwork) =>
  matchConditions({ rule, asksAboutGated: false }, network).find(({ name }) => name === 'eni-pod')?.expression ?? '';

test('The API server leaves out pods that no CLB reaches, and no others.', () => {
  expect(reached({ eniDefault: 'not-eni', globalRoute: false })).not.toMatch(/tke-bridge|: true$/);
  expect(reached({ eniDefault: 'not-eni', globalRoute: true })).toMatch(/"tke-bridge"\].*: true$/s);
  expect(reached(onEni)).toMatch(/: true$/);
});

test.each([
  ['asked about only without the gate', false, true],
  ['asked about with the gate too, where it may get a preStop sleep', true, false],
])('A pod is %s.', (_, asksAboutGated, isLeftOut) => {
  const names = matchConditions({ rule, asksAboutGated }, onEni).map(({ name }) => name);
  expect(names.includes('not-gated-yet')).toBe(isLeftOut);
});
