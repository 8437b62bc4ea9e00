import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { claimKey } from '../model/binding.ts';
import type { ObservedLoadBalancer } from '../model/observed.ts';
import { describePlace, type Place } from '../model/place.ts';
import { targetKey } from '../model/target.ts';
import type { Plan } from './plan.ts';

/** Why places do not stand that the CLB has no room for, by bindingKey. */
export function placesWithoutRoom(
  { withoutRoom }: Pick<Plan, 'withoutRoom'>,
  { id }: Pick<ObservedLoadBalancer, 'id'>,
): ReadonlyMap<string, Finding> {
  const found = withoutRoom.flatMap(({ step, most }) => {
    if (step.kind !== 'create-listener' && step.kind !== 'create-rule') return [];
    return step.owners.map((uid) => [claimKey(uid, step.place), noRoomForPlace(step.place, most, id)] as const);
  });
  return new Map(found);
}

/** Why targets do not stand that their place has no room for, by targetKey. */
export function targetsWithoutRoom({ withoutRoom }: Pick<Plan, 'withoutRoom'>): ReadonlyMap<string, Finding> {
  const found = withoutRoom.flatMap(({ step, most }) =>
    step.kind === 'register' ? [[targetKey(step.target), noRoomForTarget(most)] as const] : [],
  );
  return new Map(found);
}

/** For the gates of the pods that wait; they name the place themselves. */
function noRoomForTarget(most: number): Finding {
  return quotaReached(
    `no room for this pod: the quota allows ${most} targets here (TOTAL_TARGET_BIND_QUOTA), those that drain too; ` +
      'raise it in the CLB console, or run fewer pods. The pod is registered when another target leaves',
  );
}

function noRoomForPlace(place: Place, most: number, balancerId: string): Finding {
  const [what, where, id] =
    'url' in place
      ? ['rules', `listener ${place.protocol}/${place.port} of ${balancerId}`, 'TOTAL_LISTENER_RULE_QUOTA']
      : ['listeners', balancerId, 'TOTAL_LISTENER_QUOTA'];
  return quotaReached(
    `Raise the quota in the CLB console (${id}), use another CLB, or delete ${what} that are not needed: ` +
      `${describePlace(place)} is not made, because the quota allows ${most} ${what} on ${where}. ` +
      'It is made when there is room.',
  );
}

export function quotaReached(message: string): Finding {
  return { severity: 'Warning', reason: 'QuotaReached', message };
}
