import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { placeAt, type BoundTarget, type ObservedLoadBalancer } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';

const mostNames = 5;

/** About the targets at the owner's own places: other owners on the CLB may be in another namespace. */
export function removalWithheld(
  owner: Pick<Owner, 'uid'>,
  withheld: readonly BoundTarget[],
  observed: ObservedLoadBalancer,
): Finding | undefined {
  const own = withheld.filter((target) => placeAt(observed, target)?.ownerUids.includes(owner.uid));
  if (own.length === 0) return undefined;
  const names = own.slice(0, mostNames).map(({ listenerId, ip, port }) => `${listenerId}/${ip}:${port}`);
  const message =
    `${own.length} targets stay on for now, because taking them off would leave too little behind them: ` +
    names.join(', ');
  return { severity: 'Warning', reason: 'RemovalWithheld', message };
}
