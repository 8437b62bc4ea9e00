import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Move } from '../plan/moves.ts';

/** That the listeners on the old CLB of an owner that moves go on for a while. */
export function loadBalancerMoving({ keepMs, claim }: Move, balancerId: string): Finding | undefined {
  if (claim.bindings.length === 0) return undefined;
  // An Ingress has no such annotation.
  const annotated = claim.owner.kind === 'Service' ? `, annotation ${annotation.moveKeepSeconds}` : '';
  const message =
    `The listeners on ${balancerId} go on until those on the new CLB carry, and ${keepMs / 1000} s longer, because ` +
    `clients follow the address late (MOVE_KEEP_MS${annotated}). ` +
    'Then they are drained and deleted.';
  return { severity: 'Normal', reason: 'LoadBalancerMoving', message, repeat: hourly };
}
