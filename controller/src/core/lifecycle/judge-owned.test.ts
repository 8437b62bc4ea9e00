import { expect, test } from '@jest/globals';
import { webOwner } from '../../testing/builders.ts';
import { tagsOf, type OwnedBalancer } from '../model/owned-balancer.ts';
import { judgeFound, nextLookMs } from './judge-owned.ts';

const times = { soonMs: 2_000, mostMs: 120_000 };

test.each([
  ['not known when', undefined, 2_000],
  ['just now', 1_000_000, 2_000],
  ['16 s ago', 984_000, 2_000],
  ['two minutes ago', 880_000, 15_000],
  ['an hour ago', 1_000_000 - 3_600_000, 120_000],
  ['in the future, as another clock says', 1_060_000, 2_000],
])('The CLB that was asked for %s (%j) is looked at again in %j ms.', (_, askedAtMs, expected) => {
  expect(nextLookMs({ askedAtMs }, 1_000_000, times)).toBe(expected);
});

test.each([
  ['just now', 1_000, { kind: 'undecided' }],
  ['long ago', 3_600_000, { kind: 'one', balancer: { id: 'lb-old' }, spare: [] }],
])('While a CLB that was asked for %s is still being made, the one that is back: %#.', (_, sinceMs, expected) => {
  const record: OwnedBalancer = {
    owner: webOwner,
    proof: 'new',
    generation: 2,
    wish: { type: 'OPEN', name: 'web' },
    askedAtMs: 10_000_000 - sinceMs,
    balancerId: undefined,
    former: { balancerId: 'lb-old', proof: 'old' },
    version: '1',
  };
  const tagged = (id: string, proof: string, usable: boolean) => {
    return { id, usable, tags: tagsOf({ owner: webOwner, proof }, 'cls-1') };
  };
  const all = [tagged('lb-old', 'old', true), tagged('lb-new', 'new', false)];
  expect(judgeFound(record, all, { clusterId: 'cls-1', nowMs: 10_000_000 })).toMatchObject(expected);
});
