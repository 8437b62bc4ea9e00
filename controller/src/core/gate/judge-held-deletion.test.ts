import { expect, test } from '@jest/globals';
import { aListener, anObserved, aPod, aTarget, clbId } from '../../testing/builders.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import { judgeHeldDeletion } from './judge-held-deletion.ts';

const held = { sinceMs: 100_000, answer: undefined };
const pod = aPod({ heldDeletion: held });
const seen = (...targets: TargetAnswer[]): BalancerState => {
  return { ...unseen(clbId), phase: 'seen', observed: anObserved({ listeners: [aListener()], targets }) };
};
const missing = (isProven: boolean, wasSeen = true, id = clbId): BalancerState => {
  return { ...unseen(id), phase: 'absent', absence: { sinceMs: 0, answers: 1, wasSeen, isProven } };
};
const isRecorded = (id: string) => id === 'lb-recorded';
const skippedUids = new Set(['uid-skipped', 'uid-skipped-too']);
const judge = (states: readonly (BalancerState | undefined)[], nowMs = 101_000, isShown = true) =>
  judgeHeldDeletion({ nowMs, pod, held, states, isRecorded, skippedUids, isVerified: () => isShown });
/** Whose place it is. */
const ownedBy = (...ownerUids: string[]): BalancerState => {
  const observed = anObserved({ listeners: [aListener()], targets: [aTarget()] });
  return { ...seen(), observed: { ...observed, listeners: observed.listeners.map((one) => ({ ...one, ownerUids })) } };
};

test.each<[string, readonly (BalancerState | undefined)[], string]>([
  ['a target at weight 0', [seen(aTarget({ weight: 0 }))], 'drained WeightZero'],
  ['a target with weight', [seen(aTarget())], 'not-yet TargetHasWeight'],
  [
    'a target with weight on one of two CLBs',
    [seen(aTarget({ weight: 0 })), seen(aTarget())],
    'not-yet TargetHasWeight',
  ],
  ['no target', [seen()], 'drained NoTarget'],
  ['no CLB', [], 'drained NoTarget'],
  ['a target of another pod at its address', [seen(aTarget({ tag: 'uid-other' }))], 'drained NoTarget'],
  ['a target at its address that nothing tells apart', [seen(aTarget({ tag: undefined }))], 'not-yet TargetHasWeight'],
  ['a target at a place of owners in mode skip', [ownedBy('uid-skipped', 'uid-skipped-too')], 'drained NoTarget'],
  ['a target at a place that one of them shares', [ownedBy('uid-skipped', 'uid-web')], 'not-yet TargetHasWeight'],
  ['a target at a place of nobody', [ownedBy()], 'not-yet TargetHasWeight'],
  ['a CLB that was not looked at', [undefined], 'not-yet LoadBalancerNotSeen'],
  ['a CLB that no look has succeeded at', [unseen(clbId), seen()], 'not-yet LoadBalancerNotSeen'],
  ['a CLB that was seen, and that an answer does not find', [missing(false)], 'not-yet LoadBalancerNotSeen'],
  ['a CLB that is proven to be gone', [missing(true)], 'drained NoTarget'],
  ['a CLB that does not exist', [missing(false, false)], 'drained NoTarget'],
  ['a recorded CLB that is not found', [missing(false, false, 'lb-recorded')], 'not-yet LoadBalancerNotSeen'],
  ['a recorded CLB that is proven to be gone', [missing(true, false, 'lb-recorded')], 'drained NoTarget'],
])('A pod with %s: %s', (_, states, expected) => {
  const { answer, reason } = judge(states);
  expect(`${answer} ${reason}`).toBe(expected);
});

test('A target that a call under way may register counts as one with weight.', () => {
  const ref = { listenerId: 'lbl-1', ip: '10.0.0.1', port: 8080 };
  const state = { ...seen(), placed: new Map([['b', { id: { listenerId: 'lbl-1' }, wanted: [ref] }]]) };
  expect(judge([state]).answer).toBe('not-yet');
});

test('A weight 0 that the CLB has not confirmed counts for nothing.', () => {
  const state = seen(aTarget({ weight: 0 }));
  expect(judge([{ ...state, unconfirmed: new Set(['lbl-1/10.0.0.1:8080']) }]).answer).toBe('not-yet');
});

test('A weight 0 that the CLB has confirmed and does not show counts for nothing.', () => {
  expect(judge([seen(aTarget({ weight: 0 }))], 101_000, false).answer).toBe('not-yet');
});

test('What is waited for is judged again each second: no event tells that a CLB was looked at.', () => {
  expect(judge([undefined])).toMatchObject({ answer: 'not-yet', recheckMs: 1_000 });
  expect(judge([seen(aTarget())], 159_500)).toMatchObject({ answer: 'not-yet', recheckMs: 500 });
});

test('A minute after the request it is over, whatever the CLB says, and until then it is judged again.', () => {
  expect(judge([seen(aTarget({ weight: 0 }))], 159_000)).toMatchObject({ answer: 'drained', recheckMs: 1_000 });
  expect(judge([seen(aTarget({ weight: 0 }))], 160_000)).toMatchObject({ answer: 'over', recheckMs: undefined });
});
