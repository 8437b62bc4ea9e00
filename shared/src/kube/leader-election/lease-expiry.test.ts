import { expect, test } from '@jest/globals';
import { leaseExpiryMs } from './lease-expiry.ts';

test.each([
  [0, 15_000, 'A Lease that names no time is waited for as long as ours'],
  [1, 15_000, 'A shorter time does not shorten ours'],
  [60, 60_000, 'A holder that is set up to renew less often is given its time'],
  [
    2_147_483_647,
    600_000,
    'A time that no setting allows was written by another program, and others do not wait for years',
  ],
])('leaseDurationSeconds %i means %i ms: %s.', (leaseDurationSeconds, ms) => {
  expect(leaseExpiryMs({ durationMs: 15_000, leaseDurationSeconds })).toBe(ms);
});
