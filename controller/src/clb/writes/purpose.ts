import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { isRule, type Place } from '../../core/model/place.ts';

/** As purposes name it: "TCP 80", "HTTPS 443 example.com/api". */
export function nameOf(place: Place): string {
  const listener = `${place.protocol} ${place.port}`;
  return isRule(place) ? `${listener} ${safeText(place.domain + place.url)}` : listener;
}

/** "a listener for TCP 80", "listeners for TCP 80, TCP 443". */
export function namesOf(what: 'listener' | 'rule', steps: readonly { readonly place: Place }[]): string {
  const names = steps.map(({ place }) => nameOf(place)).join(', ');
  return steps.length === 1 ? `a ${what} for ${names}` : `${what}s for ${names}`;
}
