import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { listed } from '../model/listed.ts';
import type { BoundTarget, ObservedLoadBalancer } from '../model/observed.ts';
import type { Owner } from '../model/owner.ts';
import { placeIdKey } from '../model/place.ts';
import type { Plan } from '../plan/plan.ts';
import { targetsOf } from '../plan/release-removal.ts';

type Kept = Pick<Plan, 'kept' | 'bound'>;

/** Targets of one owner that keep their weight although what they are leaves, is not ready or is to have weight 0. */
export function lastTargetsKept({ uid }: Owner, plan: Kept, observed: ObservedLoadBalancer): Finding | undefined {
  const kept = keptOf(uid, plan, observed);
  if (kept.length === 0) return undefined;
  const names = listed(kept, ({ ip, port }) => `${ip}:${port}`);
  const message =
    `${kept.length} targets keep their weight although their pods or nodes leave, are not ready or shall have none, ` +
    `because the CLB calls no other target of this port Alive: ${names}. They are drained when another one is.`;
  return { severity: 'Normal', reason: 'LastTargetsKept', message, repeat: hourly };
}

/** At the places that it wants, also one that has the name of another owner still, and at those that stay for now. */
function keptOf(uid: string, { kept, bound }: Kept, observed: ObservedLoadBalancer): readonly BoundTarget[] {
  const wantedBy = Map.groupBy(bound, ({ id }) => placeIdKey(id));
  const { true: wanted = [], false: left = [] } = Object.groupBy(kept, (one) => String(wantedBy.has(placeIdKey(one))));
  const own = wanted.filter((one) => wantedBy.get(placeIdKey(one))?.some(({ binding }) => binding.owner.uid === uid));
  return [...own, ...targetsOf(uid, left, observed)];
}
