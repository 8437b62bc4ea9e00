import { longestLeaseMs } from '../../runtime/common-settings.ts';

/** How long a holder must have been silent before others take over; the Lease may ask for more than our setting. */
export function leaseExpiryMs(o: { durationMs: number; leaseDurationSeconds: number }): number {
  return Math.max(o.durationMs, Math.min(longestLeaseMs, o.leaseDurationSeconds * 1_000));
}
