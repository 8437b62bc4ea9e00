import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { listed } from '../model/listed.ts';
import type { BoundTarget } from '../model/observed.ts';

/** Targets of one owner whose pods end or are not ready, and that keep their weight all the same. */
export function lastTargetsKept(kept: readonly BoundTarget[]): Finding | undefined {
  if (kept.length === 0) return undefined;
  const names = listed(kept, ({ ip, port }) => `${ip}:${port}`);
  const message =
    `${kept.length} targets keep their weight although their pods end or are not ready, ` +
    `because the CLB calls no other target of this port Alive: ${names}. They are drained when another one is.`;
  return { severity: 'Normal', reason: 'LastTargetsKept', message, repeat: hourly };
}
