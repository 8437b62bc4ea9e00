import { expect, test } from '@jest/globals';
import { undrainedFinding } from './undrained-finding.ts';

const eviction = { uid: 'u', namespace: 'shop', name: 'web-1', pod: undefined };

test('It says what was let through, and not that the pod is deleted: its budget may refuse that still.', () => {
  const said = [eviction, { ...eviction, pod: {} }].map((request) => undrainedFinding(request, 'no-turn').message);
  expect(said).toEqual([
    expect.stringMatching(/^The webhook let the eviction through before the pod was drained: its PodDisruptionBudget/),
    expect.stringMatching(/^The webhook let the deletion through before the pod was drained: its PodDisruptionBudget/),
  ]);
});
