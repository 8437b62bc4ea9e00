import { describe, expect, test } from '@jest/globals';
import { aListener, anObserved, aTarget, clbId } from '../../testing/builders.ts';
import { register, setWeight } from '../../testing/steps.ts';
import type { HealthAnswer, TargetAnswer } from '../model/clb-port.ts';
import { addressKey, targetKey } from '../model/target.ts';
import { emptyMemory } from './memory.ts';
import { verifyWrites, withWritten } from './verify-writes.ts';

const target = aTarget({ weight: 0 });
const key = targetKey(target);
const observed = anObserved({ listeners: [aListener()], targets: [target] });
const written = withWritten(emptyMemory, { done: [setWeight(target, 0)], fromMs: 500, nowMs: 1_000 });
const answer = (one: TargetAnswer, weight: number | undefined = one.weight): HealthAnswer => {
  return { ...one, loadBalancerId: clbId, health: 'Alive', weight };
};
const heard = (answers: readonly HealthAnswer[], memory = written, askedAtMs = 3_000) => {
  return verifyWrites(observed, memory, { answers, askedAtMs, lagMs: 1_000 });
};

describe('an answer about health', () => {
  test('that shows what was written verifies it, and tells the weight', () => {
    const { memory, contradicted } = heard([answer(target)]);
    expect(contradicted).toEqual([]);
    expect(memory.unverifiedSinceMs.size).toBe(0);
    expect(memory.seenWeights.get(key)).toBe(0);
  });

  test('that shows another weight contradicts: the write had no effect, or somebody else wrote', () => {
    const { memory, contradicted } = heard([answer(target, 10)]);
    expect(contradicted).toEqual([key]);
    expect([...memory.unverifiedSinceMs.keys()]).toEqual([key]);
  });

  test('that lacks a target, or shows one that is not known, contradicts', () => {
    const other = aTarget({ ip: '10.0.0.9' });
    expect(heard([]).contradicted).toEqual([key]);
    expect(heard([answer(target), answer(other)]).contradicted).toEqual([targetKey(other)]);
  });

  test('that was asked for too soon after a write only says of it that it took effect', () => {
    expect([...heard([answer(target)], written, 1_000).verified]).toEqual([key]);
    const { memory, contradicted } = heard([answer(target, 10)], written, 1_900);
    expect(contradicted).toEqual([]);
    expect(memory.unverifiedSinceMs.size).toBe(1);
  });

  test('without weights verifies no write, and contradicts nothing else', () => {
    const silent = { ...answer(target), weight: undefined };
    expect(heard([silent]).contradicted).toEqual([key]);
    expect(heard([silent], emptyMemory).contradicted).toEqual([]);
  });

  test('says nothing of targets at listeners of others', () => {
    const foreign = answer(aTarget({ listenerId: 'lbl-foreign', ip: '10.0.0.9' }));
    expect(heard([answer(target), foreign]).contradicted).toEqual([]);
  });
});

describe('at a listener that somebody else made, an answer about health', () => {
  const listeners = anObserved({ listeners: [aListener({ name: 'made-by-terraform' })], targets: [target] }).listeners;
  const theirs = aTarget({ ip: '10.9.9.9' });
  const others = new Map([[addressKey(theirs), { ...theirs, health: undefined }]]);
  const used = { ...observed, listeners: listeners.map((one) => ({ ...one, isOurs: false, others })) };
  const hear = (answers: readonly HealthAnswer[], memory = written) =>
    verifyWrites(used, memory, { answers, askedAtMs: 3_000, lagMs: 1_000 });

  test.each<[string, readonly HealthAnswer[], boolean]>([
    ['that shows what was written verifies it', [answer(target)], true],
    ['that shows another weight contradicts', [answer(target, 10)], false],
    ['that lacks the target contradicts', [], false],
  ])('%s', (_, answers, isVerified) => {
    const { contradicted, verified, memory } = hear([...answers, answer(theirs)]);
    expect([contradicted, [...verified], memory.unverifiedSinceMs.size]).toEqual(
      isVerified ? [[], [key], 0] : [[key], [], 1],
    );
  });

  test('that still shows what we deregistered contradicts', () => {
    const gone = { ...used, listeners: used.listeners.map((one) => ({ ...one, targets: new Map() })) };
    const { contradicted } = verifyWrites(gone, written, { answers: [answer(target)], askedAtMs: 3_000, lagMs: 1_000 });
    expect(contradicted).toEqual([key]);
  });

  test('says nothing of targets of others', () => {
    const stranger = answer(aTarget({ ip: '10.9.9.8' }));
    expect(hear([answer(target), answer(theirs, 99), stranger]).contradicted).toEqual([]);
  });
});

test('a registration counts from before it was sent: the CLB may check from then on', () => {
  const { registeredAtMs } = withWritten(emptyMemory, {
    done: [register({ ...target, tag: 'a' })],
    fromMs: 500,
    nowMs: 1_000,
  });
  expect(registeredAtMs.get(key)).toBe(500);
});
