import type { Held } from '@clb-direct/shared/kube/lease.ts';

/** The Lease, as far as a write needs it. */
export type RightToWrite = Pick<Held, 'signal' | 'isHeld'>;
