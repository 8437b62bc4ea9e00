import type { PlaceId, RulePlace } from './place.ts';

/** The codes that a CLB answers with (ManualRewrite, doc 214/30678). */
export const redirectCodes = [301, 302, 307] as const;

/** Where a CLB sends the requests of a rule, and not to targets. */
export interface Redirect {
  /** Another rule of the same CLB. */
  readonly to: RulePlace;
  readonly code: (typeof redirectCodes)[number];
  /** The path and query of the request stay; else the URL of the other rule comes in their place. */
  readonly takesUrl: boolean;
}

/** A redirect that stands at a rule of a listener. */
export interface StandingRedirect {
  /** Of the rule whose requests it sends elsewhere, with its domain and URL. */
  readonly locationId: string;
  readonly domain: string;
  readonly url: string;
  readonly to: RuleId;
  readonly code: number;
  readonly takesUrl: boolean;
}

export type RuleId = PlaceId & { readonly locationId: string };
