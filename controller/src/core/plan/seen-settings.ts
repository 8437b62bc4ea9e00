import { placesOf, type ObservedLoadBalancer } from '../model/observed.ts';
import { placeIdKey, samePlaceId, type PlaceId } from '../model/place.ts';
import type { ListenerSettings, RuleSettings } from '../model/settings.ts';
import type { Step } from '../model/step.ts';

/** The settings of one listener or rule as a look showed them. */
export interface SeenSettings {
  readonly id: PlaceId;
  readonly settings: ListenerSettings & RuleSettings;
}

/** Those of our listeners and rules that no earlier write of ours may still change. */
export function seenSettings(observed: ObservedLoadBalancer, unsettled: ReadonlySet<string>): readonly SeenSettings[] {
  const settled = observed.listeners.filter(({ id, isOurs }) => isOurs && !unsettled.has(id));
  const seen = settled.flatMap((listener) => [[{ listenerId: listener.id }, listener] as const, ...placesOf(listener)]);
  const distinct = new Map(seen.map(([id, { settings }]) => [placeIdKey(id), { id, settings }]));
  return [...distinct.values()];
}

/** Of listeners that we wrote to since nothing is known: what the CLB sets along with a change of ours is not told. */
export function settingsAfterWrites(seen: readonly SeenSettings[], sent: readonly Step[]): readonly SeenSettings[] {
  const written = listenersOf(sent);
  return seen.filter(({ id }) => !written.has(id.listenerId));
}

/** The listeners that steps are about, or the rules of which they are about. */
export function listenersOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => ('listenerId' in step ? [step.listenerId] : [])));
}

export function seenAt(id: PlaceId, seen: readonly SeenSettings[]): SeenSettings['settings'] | undefined {
  return seen.find((one) => samePlaceId(one.id, id))?.settings;
}
