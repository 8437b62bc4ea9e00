import { expect, test } from '@jest/globals';
import { anOwner } from '../../testing/builders.ts';
import type { OwnerView } from '../model/owner-view.ts';
import { chargedListers } from './charged-listers.ts';

const at = (namespace: string, ...ids: readonly string[]): OwnerView => ({
  ...anOwner({ namespace, existingLoadBalancer: ids[0], recordedLoadBalancers: [] }),
  recordedBalancers: [...ids],
});
const theirs = at('other', 'lb-theirs', 'lb-was');
const shared = at('other', 'lb-shared');
const ours = at('shop', 'lb-shared', 'lb-ours');

function charged(owners: readonly OwnerView[], standing: readonly string[] = [], on: readonly OwnerView[] = []) {
  const ownersOn = (id: string) => on.filter(({ recordedBalancers }) => recordedBalancers.includes(id));
  return Object.fromEntries(chargedListers({ namespace: 'shop', owners, standing }, { ownersOn }));
}

test('Whoever lists a pod of another namespace is charged for its CLBs, and not for those of the pod’s own.', () => {
  expect(charged([theirs, shared, ours])).toEqual({ 'lb-theirs': 'other', 'lb-was': 'other' });
  expect(charged([shared])).toEqual({ 'lb-shared': 'other' });
  expect(charged([ours])).toEqual({});
});

test.each<[string, readonly OwnerView[], object]>([
  ['others only', [theirs], { 'lb-theirs': 'other' }],
  ['others and one of its own', [theirs, at('shop', 'lb-theirs')], {}],
  ['nobody', [], {}],
])('Where a target stands at its address on a CLB of %s.', (_, on, expected) => {
  expect(charged([], ['lb-theirs'], on)).toEqual(expected);
});
