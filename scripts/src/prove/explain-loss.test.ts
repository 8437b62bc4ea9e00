import { expect, test } from '@jest/globals';
import { explainLoss } from './explain-loss.ts';
import type { Loss, SeenPod, TargetChange } from './figures.ts';

const pod = (overrides: Partial<SeenPod> = {}): SeenPod => ({
  ...{ name: 'old-1', ip: '10.0.0.1', createdAtMs: 0, containersReadyAtMs: 100, gateAtMs: 200, readyAtMs: 200 },
  ...{ endingAtMs: undefined, goneAtMs: undefined },
  ...overrides,
});
const served: readonly TargetChange[] = [
  { atMs: 100, ip: '10.0.0.1', what: 'registered' },
  { atMs: 150, ip: '10.0.0.1', what: 'Alive' },
];
const zeroAt = (atMs: number): TargetChange => ({ atMs, ip: '10.0.0.1', what: 'weight 0' });
const lost = (overrides: Partial<Loss> = {}): Loss => {
  return { atMs: 5_000, connection: 'new', why: 'ECONNREFUSED', ...overrides };
};

test('A request of a new connection went to a pod that ended and still had its weight.', () => {
  const changes = [...served, zeroAt(5_400)];
  expect(
    explainLoss(lost(), { pods: [pod({ endingAtMs: 4_000 }), pod({ name: 'new-1', ip: '10.0.0.2' })], changes }),
  ).toEqual({
    ...lost(),
    target: 'old-1 (10.0.0.1)',
    phase: 'ending for 1000 ms',
    cause: 'its application stopped 400 ms or more before the CLB had its weight 0',
  });
});

test('Of several pods that it can have been two are named, and the others counted.', () => {
  const both = [...served, ...served.map((change) => ({ ...change, ip: '10.0.0.2' }))];
  const pods = [pod({ endingAtMs: 4_000 }), pod({ name: 'old-2', ip: '10.0.0.2', goneAtMs: 4_500 })];
  expect(explainLoss(lost(), { pods, changes: both }).target).toBe('old-1 (10.0.0.1) or old-2 (10.0.0.2)');
  const more = [...pods, ...pods.map((one) => ({ ...one, name: 'other' }))];
  expect(explainLoss(lost(), { pods: more, changes: both }).target).toMatch(/ or 2 others$/);
});

test.each<[string, Partial<SeenPod>, readonly TargetChange[], { phase: string; cause: string }]>([
  ['that runs', {}, served, { phase: 'ready for 4800 ms', cause: 'the pod did not end; it did not answer' }],
  [
    'that ended at weight 0',
    { endingAtMs: 4_000 },
    [...served, zeroAt(4_100)],
    { phase: 'ending for 1000 ms', cause: 'for 900 ms' },
  ],
  [
    'that is gone',
    { endingAtMs: 1, goneAtMs: 4_900 },
    served,
    { phase: 'gone for 100 ms', cause: 'the CLB never had its weight 0' },
  ],
  [
    'whose gate is closed',
    { gateAtMs: undefined, readyAtMs: undefined },
    [],
    { phase: 'gate closed', cause: 'did not answer' },
  ],
])('A request of a kept connection went to its pod, one %s.', (_case, about, changes, expected) => {
  const explained = explainLoss(lost({ connection: 'kept', pod: 'old-1' }), { pods: [pod(about)], changes });
  expect(explained.target).toBe('old-1 (10.0.0.1)');
  expect(explained.phase).toContain(expected.phase);
  expect(explained.cause).toContain(expected.cause);
});

test('Where the CLB sent to nothing, that is the cause.', () => {
  const changes = [...served, zeroAt(3_000)];
  expect(explainLoss(lost(), { pods: [pod({ endingAtMs: 2_900 })], changes })).toMatchObject({
    target: 'unknown',
    cause: 'the CLB sent to no target: none was Alive with a weight',
  });
});

test('What cannot be explained is called unknown.', () => {
  expect(explainLoss(lost(), { pods: [pod()], changes: served }).cause).toContain('unknown: every target');
});

test('Beside what cannot be explained stands which pod was ending at weight 0 for the longest.', () => {
  const ending = (name: string, endingAtMs: number) => pod({ name, ip: '10.0.0.9', endingAtMs });
  const pods = [pod(), ending('new-1', 4_900), ending('old-2', 1_000), { ...ending('old-3', 10), goneAtMs: 3_000 }];
  expect(explainLoss(lost(), { pods, changes: served }).cause).toMatch(/at weight 0 old-2 was ending for 4000 ms$/);
  const zero: TargetChange = { atMs: 4_700, ip: '10.0.0.9', what: 'weight 0' };
  expect(explainLoss(lost(), { pods, changes: [...served, zero] }).cause).toMatch(
    /at weight 0, asked for 300 ms before, old-2 was ending for 4000 ms$/,
  );
});

test('A container that is started anew around that time is the cause.', () => {
  const pods = [pod({ restartedAtMs: 9_000 }), pod({ name: 'new-1', ip: '10.0.0.2' })];
  expect(explainLoss(lost(), { pods, changes: served }).cause).toBe('a container of old-1 was started anew');
});
