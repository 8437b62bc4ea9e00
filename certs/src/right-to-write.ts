import type { Leadership } from '@clb-direct/shared/kube/leader-election/run-with-lease.ts';

/** The Lease, as far as a write needs it. */
export type RightToWrite = Pick<Leadership, 'signal' | 'isHeld'>;
