import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { placesOf, type BoundTarget, type ObservedLoadBalancer } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';
import { placeIdKey } from '../model/place.ts';

const mostNames = 5;

/** About the targets at the owner's own places: other owners on the CLB may be in another namespace. */
export function removalWithheld(
  owner: Pick<Owner, 'uid'>,
  withheld: readonly BoundTarget[],
  observed: ObservedLoadBalancer,
): Finding | undefined {
  const own = withheld.filter((target) => ownersAt(target, observed).includes(owner.uid));
  if (own.length === 0) return undefined;
  const names = own.slice(0, mostNames).map(({ listenerId, ip, port }) => `${listenerId}/${ip}:${port}`);
  const message =
    `${own.length} targets stay on for now, because taking them off would leave too little behind them: ` +
    names.join(', ');
  return { severity: 'Warning', reason: 'RemovalWithheld', message };
}

function ownersAt(target: BoundTarget, { listeners }: ObservedLoadBalancer): readonly string[] {
  const places = listeners.filter(({ id }) => id === target.listenerId).flatMap(placesOf);
  return places.find(([id]) => placeIdKey(id) === placeIdKey(target))?.[1].ownerUids ?? [];
}
