import { describe, expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { aTarget, limits } from '../../testing/builders.ts';
import type { TargetAnswer } from '../model/clb-port.ts';
import type { BoundTarget } from '../model/observed.ts';
import type { Health } from '../model/target.ts';
import { awaitReplacement, judgeRemovals, type Leaver, type Remaining } from './removals.ts';

const bound = (overrides: Partial<TargetAnswer> = {}, health: Health = 'Alive'): BoundTarget => {
  return { ...aTarget(overrides), health };
};

function aLeaver(overrides: Partial<Leaver> = {}): Leaver {
  const times = { zeroForMs: 0, gatheredForMs: 0, withheldForMs: 0 };
  return { target: bound(), departure: 'unselected', ...times, isMeant: false, isReleased: false, ...overrides };
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
const remains = (wanted: number, serving: number, fresh = 0): Remaining => ({ wanted, serving, fresh });
const none = remains(0, 0);
const ready = remains(2, 2);
const coming = remains(2, 0);
const dead = bound({}, 'Dead');
const atZero = bound({ weight: 0 });
const days = 3 * 86_400_000;
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
    ['is held when nothing replaces it', [aLeaver()], none, { withheld: 1, dueInMs: 60_000 }],
    ['is held then for days', [aLeaver({ withheldForMs: days })], none, { withheld: 1 }],
    ['is drained when a person lets it go', [aLeaver({ isReleased: true })], none, { drain: 1 }],
    ['is drained when it is Dead and others serve', [aLeaver({ target: dead })], ready, { drain: 1 }],
    ['is held when it is Dead and none serves', [aLeaver({ target: dead })], none, { withheld: 1, dueInMs: 60_000 }],
    [
      'stays at weight 0 for the drain time',
      [aLeaver({ target: atZero, zeroForMs: 10_000 })],
      ready,
      { dueInMs: 20_000 },
    ],
    ['is off after the drain time', [aLeaver({ target: atZero, zeroForMs: 30_000 })], ready, { deregister: 1 }],
    ['goes when its pod vanished and others serve', [aLeaver({ departure: 'vanished' })], ready, { deregister: 1 }],
    [
      'is held for days when its pod vanished and none serves',
      [aLeaver({ departure: 'vanished', withheldForMs: days })],
      none,
      { withheld: 1, dueInMs: 15_000 },
    ],
    [
      'goes when its pod vanished and a person lets it go',
      [aLeaver({ departure: 'vanished', isReleased: true })],
      coming,
      { deregister: 1 },
    ],
    [
      'goes when its pod vanished and the CLB calls it Dead',
      [aLeaver({ target: dead, departure: 'vanished' })],
      none,
      { deregister: 1 },
    ],
    [
      'stays for the drain time when its pod vanished at weight 0',
      [aLeaver({ target: atZero, departure: 'vanished', zeroForMs: 10_000 })],
      none,
      { dueInMs: 20_000 },
    ],
    ['is held when many leave and few serve', four({}), remains(9, 3), { withheld: 4, dueInMs: 60_000 }],
    ['is drained when as many serve as leave', four({}), remains(9, 4), { drain: 4 }],
    ['is held when one stays and many leave', four({}), remains(1, 1), { withheld: 4, dueInMs: 60_000 }],
    ['is drained when its owner has left the place', four({ isMeant: true }), remains(1, 1), { drain: 4 }],
    ['is drained when its like are let go', [...four({ isReleased: true }), aLeaver()], remains(1, 1), { drain: 5 }],
    ['counts as none that leave when it is Dead', [...four({ target: dead }), aLeaver()], remains(1, 1), { drain: 5 }],
  ])('%s', (_, leavers, remaining, expected) => {
    expect(stepsFor(leavers, remaining)).toEqual(steps(expected));
  });

  test('targets of ended pods do not count as leaving', () => {
    const leavers = [...four({ departure: 'ended' }), aLeaver()];
    expect(stepsFor(leavers, remains(9, 1))).toEqual(steps({ deregister: 4, drain: 1 }));
  });

  test('the earliest wait says when to look again', () => {
    const leavers = [aLeaver({ target: atZero, zeroForMs: 5_000 }), aLeaver({ withheldForMs: 50_000 })];
    expect(stepsFor(leavers, coming)).toEqual(steps({ withheld: 1, dueInMs: 10_000 }));
  });
});

describe('the brake', () => {
  const held = (share: number, leaving: number, remaining: Remaining) => {
    const leavers = Array.from({ length: leaving }, () => aLeaver({ departure: 'vanished' }));
    return judgeRemovals(leavers, remaining, { ...limits, brakeSharePercent: share }).withheld.length;
  };

  test.each([
    [3, 7, 0],
    [4, 6, 4],
  ])('lets go up to its share: of 10 that serve %s may leave, or not, at 30 %%.', (leaving, staying, withheld) => {
    expect(held(30, leaving, remains(staying, staying))).toBe(withheld);
  });

  test('lets go as many as serve newly, whatever the share.', () => {
    expect(held(0, 4, remains(4, 4, 4))).toBe(0);
    expect(held(0, 4, remains(4, 4, 3))).toBe(4);
  });

  test('at 100 % still keeps the last ones that serve.', () => {
    expect(held(100, 9, remains(1, 1))).toBe(0);
    expect(held(100, 9, none)).toBe(9);
  });

  test('never lets more than its share go at once, and all or none.', () => {
    const number = fc.nat({ max: 30 });
    fc.assert(
      fc.property(fc.nat({ max: 100 }), number, number, number, (share, leaving, wanted, serving) => {
        const stays = Math.min(wanted, serving);
        const withheld = held(share, leaving, remains(wanted, stays));
        expect([0, leaving]).toContain(withheld);
        const gone = leaving - withheld;
        expect(gone * 100).toBeLessThanOrEqual(share * (gone + stays));
        if (gone > 0) expect(stays).toBeGreaterThan(0);
      }),
    );
  });
});

test.each<[string, Partial<Leaver>, Remaining, number]>([
  ['is awaited while its replacement is on its way', {}, coming, 1],
  ['is no longer after a while', { withheldForMs: 60_000 }, coming, 0],
  ['is not where nothing replaces it', {}, none, 0],
  ['is not when its pod vanished', { departure: 'vanished' }, coming, 0],
])('A target that leaves %s.', (_case, leaver, remaining, count) => {
  expect(awaitReplacement([aLeaver(leaver)], remaining)).toHaveLength(count);
});
