import type { BalancerState } from '../model/balancer-state.ts';
import { ourPlaces } from '../model/observed.ts';
import { isRule } from '../model/place.ts';
import type { RecordDetails } from './record-details.ts';

/**
 * What the record said of an owner at the last look: rules and redirects were its own then. So an entry that somebody
 * deletes comes back whole, also where the object does not say now what it has there.
 */
export function detailsSeen({ observed }: BalancerState, uid: string): RecordDetails {
  const own = ourPlaces(observed).filter(([, { ownerUids }]) => ownerUids.includes(uid));
  const listeners = observed?.listeners ?? [];
  const redirecting = new Set(
    listeners.flatMap(({ redirects = [] }) => redirects.filter(({ isOurs }) => isOurs).map((one) => one.locationId)),
  );
  const rules = own.flatMap(([id, { place }]) => (isRule(place) ? [{ id, place }] : []));
  const redirects = rules.filter(({ id }) => redirecting.has(id.locationId ?? ''));
  return { rules: rules.map(({ place }) => place), redirects: redirects.map(({ place }) => place) };
}
