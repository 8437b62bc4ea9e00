import { expect, test } from '@jest/globals';
import { aListener, anObserved, anOwner } from '../testing/builders.ts';
import { HeldBalancers } from './held-balancers.ts';

const scope = { owners: [anOwner()], claims: [], pending: [] };
const standing = anObserved({ listeners: [aListener()] });

test.each([
  [600_000, 1],
  [600_001, 0],
])('A CLB that nobody has looked at for %d ms is known by %d places.', (unseenMs, count) => {
  const held = new HeldBalancers({ rules: [], reservationMs: 1_000 });
  const see = (observed: typeof standing, nowMs: number) =>
    held.see(observed, scope, { nowMs, wallNowMs: nowMs, record: undefined });
  expect(see(standing, 0)).toHaveLength(1);
  see({ ...standing, id: 'lb-two' }, unseenMs);
  expect(see(anObserved(), unseenMs)).toHaveLength(count);
});
