import { expect, test } from '@jest/globals';
import { judgeProgress, targetAlreadyMade, targetOf } from './progress.ts';
import { ca2, leaf1, leaf2, sampleView, serves, switchedView } from './testing/sample-view.ts';

const pending = { id: 'ca-1', kind: 'ca', reason: '' } as const;
const target = targetOf(sampleView(), 'ca', pending.id);

test('A rotation of the CA passes through its stages.', () => {
  const published = sampleView({ phase: 'published', nextCa: ca2, lastRequestId: pending.id });
  const both = [serves('pod-a', leaf2), serves('pod-b', leaf2)];
  const stages = [
    sampleView({ pending }),
    published,
    switchedView({ replicas: [serves('pod-a', leaf1), serves('pod-b', leaf1)] }),
    switchedView(),
    switchedView({ replicas: both }),
    sampleView({ currentCa: ca2, leaf: leaf2, replicas: both }),
  ];

  expect(stages.map((view) => judgeProgress(view, target))).toEqual([
    { kind: 'asked' },
    { kind: 'publishing', nextCa: 'ca-2' },
    { kind: 'serving', seen: 0, of: 2, missing: ['pod-a', 'pod-b'] },
    { kind: 'serving', seen: 1, of: 2, missing: ['pod-b'] },
    { kind: 'served', of: 2, oldCaIsTrusted: true },
    { kind: 'served', of: 2, oldCaIsTrusted: false },
  ]);
});

test('Replicas that were not seen yet count as not serving.', () => {
  expect(judgeProgress(switchedView({ replicas: undefined }), target)).toMatchObject({ kind: 'serving', of: 0 });
  expect(judgeProgress(switchedView({ replicas: [] }), target)).toMatchObject({ kind: 'serving', of: 0 });
});

test('A replica that cannot be reached does not count.', () => {
  const replicas = [serves('pod-a', leaf2), { pod: 'pod-b', verifies: false, problem: 'no answer' }];

  expect(judgeProgress(switchedView({ replicas }), target)).toMatchObject({ seen: 1, missing: ['pod-b'] });
});

test('A webhook that has dropped the old CA has seen everybody do without it.', () => {
  const view = sampleView({ currentCa: ca2, leaf: leaf2, replicas: [] });

  expect(judgeProgress(view, target)).toEqual({ kind: 'served', of: 0, oldCaIsTrusted: false });
});

test('A rotation of the leaf is over when every replica serves the new one.', () => {
  const ofLeaf = targetOf(sampleView(), 'leaf', 'leaf-1');
  const late = sampleView({ leaf: leaf2, lastRequestId: 'leaf-1' });
  const done = sampleView({ leaf: leaf2, replicas: [serves('pod-a', leaf2)] });

  expect(judgeProgress(late, ofLeaf)).toEqual({ kind: 'serving', seen: 0, of: 2, missing: ['pod-a', 'pod-b'] });
  expect(judgeProgress(done, ofLeaf)).toMatchObject({ kind: 'served', of: 1 });
});

test('A refused request is reported with its problem, and only to the command that asked.', () => {
  const view = sampleView({ refused: { id: pending.id, problem: 'no CA' } });

  expect(judgeProgress(view, target)).toEqual({ kind: 'refused', problem: 'no CA' });
  expect(judgeProgress(view, { ...target, requestId: 'ca-2' })).toEqual({ kind: 'vanished' });
});

test('A request that is neither there nor served has vanished.', () => {
  expect(judgeProgress(sampleView(), target)).toEqual({ kind: 'vanished' });
  expect(judgeProgress(sampleView({ pending: { ...pending, id: 'other' } }), target)).toEqual({ kind: 'vanished' });
});

test('A command that joins after the switch waits for the replicas only.', () => {
  expect(judgeProgress(switchedView(), targetAlreadyMade('ca'))).toMatchObject({ kind: 'serving', seen: 1 });
});
