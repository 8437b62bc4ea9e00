import { expect, test } from '@jest/globals';
import { aBinding, aListener, aPod, aService } from '../testing/builders.ts';
import { ungatedOf } from './ungated.ts';
import type { PodView } from './views.ts';

const gate = { type: 'example.com/gate', optOutAnnotation: 'example.com/opt-out' };
const claim = { service: aService(), bindings: [aBinding(), aBinding({ port: 81 })] };
const bound = claim.bindings.map((binding) => ({ binding, listener: aListener({ port: binding.port }) }));
const ungated = (number: number, overrides: Partial<PodView> = {}) =>
  aPod({ name: `web-${number}`, gate: 'absent', ungated: true, ...overrides });
const problem = (...pods: readonly PodView[]) => ungatedOf(claim, bound, () => pods, gate);

test('Targets that should have a gate and have none are told with what to do, each once.', () => {
  const told = problem(ungated(2), ungated(1), aPod({ name: 'web-3' }));
  expect(told?.reason).toBe('TargetsWithoutGate');
  expect(told?.message).toContain(
    '2 of 3 pods that are targets have no readiness gate example.com/gate (web-1, web-2)',
  );
  expect(told?.message).toContain('kubectl -n shop rollout restart');
  expect(told?.message).toContain('annotation example.com/opt-out: "off"');
});

test('Many are not all named, and the message fits an Event.', () => {
  const name = 'n'.repeat(63);
  const many = Array.from({ length: 9 }, (_, index) => ungated(index, { name: `${name}-${index}` }));
  const message = problem(...many)?.message ?? '';
  expect(message).toContain(`${name}-4, …)`);
  expect(message.length).toBeLessThan(1_000);
});

test.each<[string, Partial<PodView>]>([
  ['has its gate or needs none', { ungated: false }],
  ['is ending', { ending: true }],
  ['is not ready', { containersReady: false }],
  ['is in the host network', { hostNetwork: true }],
  ['has no address yet', { ip: undefined }],
])('A pod that %s is nothing to talk about.', (_, overrides) => {
  expect(problem(ungated(1, overrides))).toBeUndefined();
});

test('A Service whose listeners do not stand has no targets.', () => {
  expect(ungatedOf(claim, [], () => [ungated(1)], gate)).toBeUndefined();
  const other = [{ binding: aBinding({ serviceUid: 'other' }), listener: aListener() }];
  expect(ungatedOf(claim, other, () => [ungated(1)], gate)).toBeUndefined();
});
