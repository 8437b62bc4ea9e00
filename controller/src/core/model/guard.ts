import { isRule, type Place } from './place.ts';

/**
 * A guard is a rule that nobody asks for and that has no targets. A host has one so that no other rule takes its
 * requests, and a listener has one as its default domain, so that the CLB answers 404 for hosts without a rule: a
 * listener with rules always has a default domain (doc 214/9032).
 */
export const guardUrl = '=/.clb-direct-guard';

/** RFC 2606 keeps it from ever being a name. */
export const guardDomain = 'clb-direct.invalid';

/** Of a listener. */
export function isGuard({ place }: { readonly place: Place }): boolean {
  return isRule(place) && place.domain === guardDomain;
}
