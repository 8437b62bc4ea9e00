import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import type { BoundTarget } from '../model/observed.ts';

const mostNames = 5;

export function removalWithheld(withheld: readonly BoundTarget[]): Finding | undefined {
  if (withheld.length === 0) return undefined;
  const names = withheld.slice(0, mostNames).map(({ listenerId, ip, port }) => `${listenerId}/${ip}:${port}`);
  const message =
    `${withheld.length} targets stay on for now, because taking them off would leave too little behind them: ` +
    names.join(', ');
  return { severity: 'Warning', reason: 'RemovalWithheld', message };
}
