import {
  runWithLease,
  type Leadership,
  type LeaseOptions,
} from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';
import { ListsRefused } from './first-lists.ts';
import type { Rights } from './follow-rights.ts';

/**
 * Competes for the Lease while everything can be read that a leader needs. One that finds out later that it may not
 * gives the Lease back: perhaps another version may, and else the webhook can see that nobody leads.
 */
export async function leadWithRights(
  lease: LeaseOptions,
  rights: Pick<Rights, 'untilThere'>,
  lead: (held: Leadership) => Promise<void>,
): Promise<void> {
  const { signal, log } = lease;
  for (let isRefused = true; isRefused && !signal.aborted;) {
    isRefused = false;
    await rights.untilThere(signal);
    await runWithLease(lease, async (held) => {
      await lead(held).catch((error: unknown) => {
        if (!(error instanceof ListsRefused)) throw error;
        log.error({ err: error }, 'gives the Lease back');
        isRefused = true;
      });
    });
  }
}
