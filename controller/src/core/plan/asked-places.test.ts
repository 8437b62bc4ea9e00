import { expect, test } from '@jest/globals';
import type { BalancerRule } from '@clb-direct/shared/domain/balancer-rules.ts';
import { anObserved, anOwner, claimOf, clbId } from '../../testing/builders.ts';
import { askedFor } from './asked-places.ts';
import { heldPlaces, type HeldPlace } from './held-places.ts';

const web = anOwner();
const left: HeldPlace = { slot: 'TCP/80', owner: web, sinceMs: 0, leftAtMs: 10 };

/** When the place was left, as seen at 60; none: it is not kept any more. */
function leftAt(claims = [claimOf(web)], rules: readonly BalancerRule[] = [], keptMs = 40): readonly unknown[] {
  const isAsked = askedFor(clbId, claims, rules);
  return heldPlaces([left], anObserved(), [web], { nowMs: 60, keptMs, isAsked }).map(({ leftAtMs }) => leftAtMs);
}

test('A place is kept while its owner, perhaps made again, asks for it, and its time begins after that.', () => {
  expect(leftAt()).toEqual([60]);
  expect(leftAt([claimOf(anOwner({ uid: 'uid-again' }))])).toEqual([60]);
  expect(leftAt([])).toEqual([]);
});

test('It is not kept for others that ask for it, nor for other places of its owner.', () => {
  expect(leftAt([claimOf(anOwner({ name: 'other' })), claimOf(anOwner({ namespace: 'other' }))])).toEqual([]);
  expect(leftAt([{ owner: web, bindings: [] }])).toEqual([]);
});

test('It is not kept for an owner that a rule forbids the CLB, nor where nothing is kept.', () => {
  expect(leftAt([claimOf(web)], [{ balancers: clbId, namespaces: ['other'] }])).toEqual([]);
  expect(leftAt([claimOf(web)], [{ balancers: 'lb-two', namespaces: ['other'] }])).toEqual([60]);
  expect(leftAt([claimOf(web)], [], 0)).toEqual([]);
});
