import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { describePlace, isRule, type Place } from '../model/place.ts';
import type { RedirectInTheWay } from '../plan/redirect-in-the-way.ts';

/** Whose rule the other end is may be no business of the reader, so it goes by its id. */
export function redirectByHand({ listener, redirect, of, place }: RedirectInTheWay, balancerId: string): Finding {
  const { protocol, port } = listener.place;
  const where = `at rule ${redirect.locationId} of listener ${listener.id} (${protocol}/${port}) of ${balancerId}`;
  const why =
    of === 'deletion'
      ? `it leads to ${what(place)}, which cannot be deleted until then`
      : `${what(place)} is to redirect elsewhere, and a rule has one redirect`;
  const message = `Delete the redirect ${where} in the CLB console, where somebody made it: ${why}.`;
  return { severity: 'Warning', reason: 'RedirectByHand', message, repeat: { ...hourly, by: 'message' } };
}

function what(place: Place): string {
  return `${isRule(place) ? 'rule' : 'listener'} ${describePlace(place)}`;
}
