import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import type { OwnerView } from '../model/owner-view.ts';

/** Ours to mend: whatever an object says must be readable. */
export function unread({ kind }: Pick<OwnerView, 'kind'>): Finding {
  const message =
    "Go back to the version of clb-direct before, and report this with the controller's log: " +
    `it cannot read this ${kind}. ` +
    'What it has on the CLB stays as it is: no pod becomes a target or leaves, so do not roll out. ' +
    'Its deletion waits too.';
  return { severity: 'Warning', reason: 'ObjectUnreadable', message, repeat: hourly };
}
