import { expect, test } from '@jest/globals';
import { webOwner } from '../../testing/builders.ts';
import type { StandingGroup } from '../model/security-group.ts';
import { judgeSecurityGroups, type GroupFacts } from './judge-security-groups.ts';

const wanted = { owner: webOwner, policies: [] };
const standing = (id: string, ownerUid = webOwner.uid): StandingGroup => ({ id, ownerUid });
const judge = (facts: Partial<GroupFacts>) => {
  const none = { wanted: [], standing: [], known: new Map(), unneededSinceMs: new Map() };
  const { uses, creations, unneeded } = judgeSecurityGroups({ ...none, unneededMs: 1_000, nowMs: 200_000, ...facts });
  return {
    uses: uses.map(({ id, isDoubted }) => (isDoubted ? `${id}?` : id)),
    made: creations.length,
    unneeded: unneeded.map(({ id, isReplaced, isRipe }) => [id, isReplaced, isRipe]),
  };
};
const known = (id: string, atMs: number) => new Map([[webOwner.uid, { id, atMs }]]);

test('A group that is wanted is made once, and used where it stands.', () => {
  expect(judge({ wanted: [wanted] })).toEqual({ uses: [], made: 1, unneeded: [] });
  expect(judge({ wanted: [wanted], standing: [standing('sg-1')] })).toEqual({ uses: ['sg-1'], made: 0, unneeded: [] });
});

test('What was just made or read is used although the list does not show it, and is asked for later.', () => {
  expect(judge({ wanted: [wanted], known: known('sg-1', 199_000) })).toMatchObject({ uses: ['sg-1'], made: 0 });
  expect(judge({ wanted: [wanted], known: known('sg-1', 1_000) })).toMatchObject({ uses: ['sg-1?'], made: 0 });
  const listed = { wanted: [wanted], standing: [standing('sg-1')], known: known('sg-1', 1_000) };
  expect(judge(listed)).toMatchObject({ uses: ['sg-1'], made: 0 });
});

test('Of several the one that was used stays, and the others go.', () => {
  const facts = { wanted: [wanted], standing: [standing('sg-1'), standing('sg-2')] };
  expect(judge(facts)).toMatchObject({ uses: ['sg-1'], unneeded: [['sg-2', true, false]] });
  const later = { ...facts, known: known('sg-2', 0), unneededSinceMs: new Map([['sg-1', 199_000]]) };
  expect(judge(later)).toMatchObject({ uses: ['sg-2'], unneeded: [['sg-1', true, true]] });
});

test('What no owner wants goes after a while.', () => {
  const since = (atMs: number) => ({
    standing: [standing('sg-1', 'uid-gone')],
    unneededSinceMs: new Map([['sg-1', atMs]]),
  });
  expect(judge(since(199_500)).unneeded).toEqual([['sg-1', false, false]]);
  expect(judge(since(199_000)).unneeded).toEqual([['sg-1', false, true]]);
});
