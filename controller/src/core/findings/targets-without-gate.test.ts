import { expect, test } from '@jest/globals';
import { aBinding, aPod, targetRules } from '../../testing/builders.ts';
import type { PodView } from '../model/pod-view.ts';
import { targetsWithoutGate } from './targets-without-gate.ts';

const gate = { type: 'example.com/gate', optOutAnnotation: 'example.com/opt-out' };
const bindings = [aBinding(), aBinding({ place: { protocol: 'TCP', port: 81 } })];
const ungated = (number: number, overrides: Partial<PodView> = {}) =>
  aPod({ name: `web-${number}`, gate: 'absent', ungated: true, ...overrides });
const finding = (...pods: readonly PodView[]) =>
  targetsWithoutGate(bindings, { podsOf: () => pods, rules: targetRules }, gate);

test('Targets that should have a gate and have none are reported with what to do, each once.', () => {
  const found = finding(ungated(2), ungated(1), aPod({ name: 'web-3' }));
  expect(found?.reason).toBe('TargetsWithoutGate');
  expect(found?.message).toContain(
    '2 of 3 pods that are targets have no readiness gate example.com/gate (web-1, web-2)',
  );
  expect(found?.message).toContain('kubectl -n shop rollout restart');
  expect(found?.message).toContain('annotation example.com/opt-out: "off"');
});

test('Many are not all named, and the message fits an Event.', () => {
  const name = 'n'.repeat(63);
  const many = Array.from({ length: 9 }, (_, index) => ungated(index, { name: `${name}-${index}` }));
  const message = finding(...many)?.message ?? '';
  expect(message).toContain(`${name}-4, …)`);
  expect(message.length).toBeLessThan(1_000);
});

test.each<[string, Partial<PodView>]>([
  ['has its gate or needs none', { ungated: false }],
  ['is ending', { ending: true }],
  ['is not ready', { containersReady: false }],
  ['is in the host network', { network: 'host' }],
  ['has no address yet', { ip: undefined }],
])('A pod that %s is not reported.', (_, overrides) => {
  expect(finding(ungated(1, overrides))).toBeUndefined();
});

test('A Service whose listeners do not stand has no targets.', () => {
  expect(targetsWithoutGate([], { podsOf: () => [ungated(1)], rules: targetRules }, gate)).toBeUndefined();
});
