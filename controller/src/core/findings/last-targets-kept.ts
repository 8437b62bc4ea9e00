import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { listed } from '../model/listed.ts';
import type { BoundTarget } from '../model/observed.ts';

/** Targets of one owner that keep their weight although what they are leaves, is not ready or is to have weight 0. */
export function lastTargetsKept(kept: readonly BoundTarget[]): Finding | undefined {
  if (kept.length === 0) return undefined;
  const names = listed(kept, ({ ip, port }) => `${ip}:${port}`);
  const message =
    `${kept.length} targets keep their weight although their pods or nodes leave, are not ready or shall have none, ` +
    `because the CLB calls no other target of this port Alive: ${names}. They are drained when another one is.`;
  return { severity: 'Normal', reason: 'LastTargetsKept', message, repeat: hourly };
}
