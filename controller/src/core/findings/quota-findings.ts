import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { bindingKey } from '../model/binding.ts';
import { isKind, type Register } from '../model/step.ts';
import { describePlace, placeKey } from '../model/place.ts';
import { placesWithoutRoom, quotaReached } from '../plan/quota-obstacles.ts';
import type { WithoutRoom } from '../plan/target-room.ts';
import type { Judged, OwnerFinding } from './judged.ts';
import { refusedPlaces } from './refused-places.ts';

/** What owners should know of places and pods that the quota has no room for; each once an hour at most. */
export function quotaFindings({ scope, plan, observed }: Pick<Judged, 'scope' | 'plan' | 'observed'>): OwnerFinding[] {
  const places = placesWithoutRoom(plan, observed);
  const registers = plan.withoutRoom.filter((one): one is WithoutRoom<Register> => isKind('register')(one.step));
  return scope.claims.flatMap(({ owner, bindings }) => {
    const refused = refusedPlaces(bindings, (binding) => places.get(bindingKey(binding)));
    const own = registers.filter(({ step }) => step.owners.includes(owner.uid));
    const full = [...Map.groupBy(own, ({ step }) => placeKey(step.place)).values()];
    return [
      ...refused.map((finding) => ({ owner, finding: sometimes(finding, `${observed.id} places`) })),
      ...full.flatMap((some) => noRoomForPods(some, observed.id)).map((finding) => ({ owner, finding })),
    ];
  });
}

function noRoomForPods(some: readonly WithoutRoom<Register>[], balancerId: string): readonly Finding[] {
  const [first] = some;
  if (first === undefined) return [];
  const { step, most } = first;
  const message =
    `Raise the quota in the CLB console (TOTAL_TARGET_BIND_QUOTA), or run fewer pods: ${describePlace(step.place)} ` +
    `of ${balancerId} takes ${most} targets at most, those that drain too, so ${some.length} more pods of this ` +
    'object wait at their gates. They are registered when other targets leave.';
  return [sometimes(quotaReached(message), `${balancerId} ${placeKey(step.place)}`)];
}

function sometimes(finding: Finding, part: string): Finding {
  return { ...finding, repeat: { ...hourly, part } };
}
