import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { Absence } from '../model/absence.ts';
import type { OwnerView } from '../model/owner-view.ts';

interface Absent {
  readonly balancerId: string;
  readonly region: string;
  readonly absence: Absence;
  /** How long that answer must be repeated until it counts. */
  readonly proofMs: number;
}

/** About an owner that wants nothing on a CLB any more, while that CLB is not found. */
export function loadBalancerAbsent({ kind }: Pick<OwnerView, 'kind'>, absent: Absent): Finding {
  const { balancerId, region, absence, proofMs } = absent;
  const where = `CLB ${balancerId} in region ${region}`;
  if (absence.isProven) {
    const message =
      `If ${where} still exists, delete what this ${kind} had there by hand, in the CLB console. It was not found ` +
      'again and again, so it counts as deleted, and nothing waits for it any more.';
    return { severity: 'Warning', reason: 'LoadBalancerCountsAsDeleted', message };
  }
  const message =
    `If ${where} still exists, correct REGION or the CAM policy: it is not found, and when that has lasted ` +
    `${Math.ceil(proofMs / 60_000)} min it counts as deleted and this ${kind} is let go. If it was deleted, wait.`;
  return { severity: 'Warning', reason: 'LoadBalancerNotFound', message };
}
