import { expect, test } from '@jest/globals';
import { drainConditions } from './drain-conditions.ts';

test.each([
  ['the kubelet', 'not-the-kubelet', "!request.userInfo.username.startsWith('system:node:')"],
  ['the scheduler', 'not-a-preemption', "request.userInfo.username != 'system:kube-scheduler'"],
  ['a dry run', 'not-a-dry-run', '!has(request.dryRun) || !request.dryRun'],
])('The API server does not ask about the deletion of a pod by %s.', (_, name, expression) => {
  expect(drainConditions('x/gate')).toContainEqual({ name, expression });
});

test('The API server asks about evictions, and about deletions of pods with the gate.', () => {
  const asked = drainConditions('x/gate').find(({ name }) => name === 'gated-pod-or-eviction')?.expression;
  expect(asked).toContain("request.subResource == 'eviction'");
  expect(asked).toContain('g.conditionType == "x/gate"');
});
