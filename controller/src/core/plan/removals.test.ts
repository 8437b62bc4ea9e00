import { describe, expect, test } from '@jest/globals';
import { aTarget, limits } from '../../testing/builders.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import type { BoundTarget } from '../model/observed.ts';
import { awaitReplacement, judgeRemovals, type Leaver, type Remaining } from './removals.ts';

const bound = (overrides: Partial<TargetAnswer> = {}): BoundTarget => ({ ...aTarget(overrides), health: 'Alive' });

function aLeaver(overrides: Partial<Leaver> = {}): Leaver {
  return { target: bound(), departure: 'unselected', zeroForMs: 0, gatheredForMs: 0, withheldForMs: 0, ...overrides };
}

function stepsFor(leavers: readonly Leaver[], remaining: Remaining) {
  const { drain, deregister, withheld, gathered, dueInMs } = judgeRemovals(leavers, remaining, limits);
  return {
    drain: drain.length,
    deregister: deregister.length,
    withheld: withheld.length,
    gathered: gathered.length,
    dueInMs,
  };
}

const steps = (overrides: Partial<ReturnType<typeof stepsFor>>) => {
  return { drain: 0, deregister: 0, withheld: 0, gathered: 0, dueInMs: undefined, ...overrides };
};
const none = { wanted: 0, serving: 0 };
const ready = { wanted: 2, serving: 2 };
const coming = { wanted: 2, serving: 0 };
const atZero = bound({ weight: 0 });
const ended = (gatheredForMs: number) => aLeaver({ target: atZero, departure: 'ended', gatheredForMs });
const four = (leaver: Partial<Leaver>) => Array.from({ length: 4 }, () => aLeaver(leaver));

describe('a target that no binding wants', () => {
  test.each<[string, readonly Leaver[], Remaining, Partial<ReturnType<typeof stepsFor>>]>([
    ['leaves at once when its pod ended', [aLeaver({ departure: 'ended' })], none, { deregister: 1 }],
    ['leaves at once when its address passed on', [aLeaver({ departure: 'displaced' })], none, { deregister: 1 }],
    [
      'waits for others when its pod ended and it is at weight 0',
      [aLeaver({ target: atZero, departure: 'ended' })],
      none,
      { gathered: 1, dueInMs: 5_000 },
    ],
    [
      'leaves with all others when one has waited for so long',
      [ended(0), ended(4_000), ended(5_000)],
      none,
      { deregister: 3 },
    ],
    [
      'leaves with one whose address passed on',
      [ended(0), aLeaver({ target: atZero, departure: 'displaced' })],
      none,
      { deregister: 2 },
    ],
    ['is drained when others serve', [aLeaver()], ready, { drain: 1 }],
    ['is held while what replaces it is on its way', [aLeaver()], coming, { withheld: 1, dueInMs: 60_000 }],
    ['is held however long that takes', [aLeaver({ withheldForMs: 90_000 })], coming, { withheld: 1 }],
    ['is held for a while when nothing replaces it', [aLeaver()], none, { withheld: 1, dueInMs: 60_000 }],
    ['is drained after that while', [aLeaver({ withheldForMs: 60_000 })], none, { drain: 1 }],
    [
      'stays at weight 0 for the drain time',
      [aLeaver({ target: atZero, zeroForMs: 10_000 })],
      ready,
      { dueInMs: 20_000 },
    ],
    ['is off after the drain time', [aLeaver({ target: atZero, zeroForMs: 30_000 })], ready, { deregister: 1 }],
    ['goes when its pod vanished and others serve', [aLeaver({ departure: 'vanished' })], ready, { deregister: 1 }],
    [
      'is held when its pod vanished and none serves',
      [aLeaver({ departure: 'vanished' })],
      none,
      { withheld: 1, dueInMs: 60_000 },
    ],
    [
      'goes when it was held so for a while',
      [aLeaver({ departure: 'vanished', withheldForMs: 60_000 })],
      coming,
      { deregister: 1 },
    ],
    ['is held when many leave and few serve', four({}), { wanted: 9, serving: 3 }, { withheld: 4, dueInMs: 60_000 }],
    ['is drained when as many serve as leave', four({}), { wanted: 9, serving: 4 }, { drain: 4 }],
    ['is drained when all that is wanted serves', four({}), { wanted: 1, serving: 1 }, { drain: 4 }],
  ])('%s', (_, leavers, remaining, expected) => {
    expect(stepsFor(leavers, remaining)).toEqual(steps(expected));
  });

  test('targets of ended pods do not count as leaving', () => {
    const leavers = [...four({ departure: 'ended' }), aLeaver()];
    expect(stepsFor(leavers, { wanted: 9, serving: 1 })).toEqual(steps({ deregister: 4, drain: 1 }));
  });

  test('the earliest wait says when to look again', () => {
    const leavers = [aLeaver({ target: atZero, zeroForMs: 5_000 }), aLeaver({ withheldForMs: 50_000 })];
    expect(stepsFor(leavers, coming)).toEqual(steps({ withheld: 1, dueInMs: 10_000 }));
  });
});

test.each<[string, Partial<Leaver>, Remaining, number]>([
  ['is awaited while its replacement is on its way', {}, coming, 1],
  ['is no longer after a while', { withheldForMs: 60_000 }, coming, 0],
  ['is not where nothing replaces it', {}, none, 0],
  ['is not when its pod vanished', { departure: 'vanished' }, coming, 0],
])('A target that leaves %s.', (_case, leaver, remaining, count) => {
  expect(awaitReplacement([aLeaver(leaver)], remaining, limits)).toHaveLength(count);
});
