import { placesOf, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import type { PlaceId } from '../model/place.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Step } from '../model/step.ts';

/** By checkKey: the health checks of our places that a look shows. */
export function seenChecks({ listeners }: ObservedLoadBalancer): ReadonlyMap<string, HealthCheck> {
  const places = listeners.filter(({ isOurs }) => isOurs).flatMap(placesOf);
  return new Map(
    places.flatMap(
      ([
        id,
        {
          settings: { healthCheck },
        },
      ]) => (healthCheck === undefined ? [] : [[checkKey(id), healthCheck] as const]),
    ),
  );
}

/** Of listeners that we wrote to since nothing is known: what the CLB sets along with a change of ours is not told. */
export function checksAfterWrites(
  seen: ReadonlyMap<string, HealthCheck>,
  sent: readonly Step[],
): ReadonlyMap<string, HealthCheck> {
  const written = new Set(sent.flatMap((step) => ('listenerId' in step ? [step.listenerId] : [])));
  return new Map([...seen].filter(([key]) => !written.has(key.split(' ')[0] ?? '')));
}

/** Such as "IntervalTime from 5 to 60". Whether it is on is another matter: that is judged, and repaired. */
export function changedFields(
  id: PlaceId,
  { settings: { healthCheck } }: Pick<ObservedPlace, 'settings'>,
  seen: ReadonlyMap<string, HealthCheck>,
): readonly string[] {
  const before = seen.get(checkKey(id));
  if (before === undefined || healthCheck === undefined) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(healthCheck)])] as (keyof HealthCheck)[];
  const changed = names.filter((name) => name !== 'HealthSwitch' && before[name] !== healthCheck[name]);
  return changed.toSorted().map((name) => `${name} from ${before[name] ?? 'unset'} to ${healthCheck[name] ?? 'unset'}`);
}

/** The id of the listener comes first. */
function checkKey({ listenerId, locationId = '' }: PlaceId): string {
  return `${listenerId} ${locationId}`;
}
