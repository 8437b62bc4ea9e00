import { ourPlaces, type ObservedLoadBalancer, type ObservedPlace } from '../model/observed.ts';
import { samePlaceId, type PlaceId } from '../model/place.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { Step } from '../model/step.ts';

/** The health check of one place as a look showed it. */
export interface SeenCheck {
  readonly id: PlaceId;
  readonly healthCheck: HealthCheck;
}

/** Those of our places. */
export function seenChecks(observed: ObservedLoadBalancer): readonly SeenCheck[] {
  return ourPlaces(observed).flatMap(([id, { settings }]) =>
    settings.healthCheck === undefined ? [] : [{ id, healthCheck: settings.healthCheck }],
  );
}

/** Of listeners that we wrote to since nothing is known: what the CLB sets along with a change of ours is not told. */
export function checksAfterWrites(seen: readonly SeenCheck[], sent: readonly Step[]): readonly SeenCheck[] {
  const written = new Set(sent.flatMap((step) => ('listenerId' in step ? [step.listenerId] : [])));
  return seen.filter(({ id }) => !written.has(id.listenerId));
}

/** Such as "IntervalTime from 5 to 60". Whether it is on is another matter: that is judged, and repaired. */
export function changedFields(
  id: PlaceId,
  { settings: { healthCheck } }: Pick<ObservedPlace, 'settings'>,
  seen: readonly SeenCheck[],
): readonly string[] {
  const before = seen.find((one) => samePlaceId(one.id, id))?.healthCheck;
  if (before === undefined || healthCheck === undefined) return [];
  const names = [...new Set([...Object.keys(before), ...Object.keys(healthCheck)])] as (keyof HealthCheck)[];
  const changed = names.filter((name) => name !== 'HealthSwitch' && before[name] !== healthCheck[name]);
  return changed.toSorted().map((name) => `${name} from ${before[name] ?? 'unset'} to ${healthCheck[name] ?? 'unset'}`);
}
