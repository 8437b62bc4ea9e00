import type { Finding } from '@clb-direct/shared/domain/finding.ts';

export function rangesRestored(id: string): Finding {
  return {
    severity: 'Warning',
    reason: 'SourceRangesRestored',
    message:
      `Change loadBalancerSourceRanges of this Service, not the rules of security group ${id}: somebody changed ` +
      'them, and they are again as the Service says.',
    repeat: { by: 'message', afterMs: 3_600_000 },
  };
}
