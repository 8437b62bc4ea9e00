import { safeText } from '@clb-direct/shared/domain/safe-text.ts';

/** The protocols of a listener (CreateListener, doc 214/30693). */
export type ListenerProtocol = 'TCP' | 'UDP' | 'TCP_SSL' | 'QUIC' | 'HTTP' | 'HTTPS';

/** Identifies a listener on its CLB: one port space for UDP and QUIC, one for everything that runs over TCP. */
export interface ListenerPlace {
  readonly protocol: ListenerProtocol;
  readonly port: number;
}

/** A listener by what it says of itself; the protocol may be one that this version does not know. */
export interface ListenerPort {
  readonly protocol: string;
  readonly port: number;
}

/** Identifies a rule on its listener. An empty domain means requests by address. */
export interface RulePlace extends ListenerPlace {
  readonly domain: string;
  /** In the CLB's own forms: "/p", "=/p", "~^/p" (doc 214/9032). */
  readonly url: string;
}

/** Where targets are bound: an L4 listener, or a rule of an L7 listener. */
export type Place = ListenerPlace | RulePlace;

/** A place that stands on a CLB, as the API addresses it. */
export interface PlaceId {
  readonly listenerId: string;
  /** The rule's LocationId; undefined for an L4 listener. */
  readonly locationId?: string | undefined;
}

export function isRule(place: Place): place is RulePlace {
  return 'url' in place;
}

/** At one listener, which a CLB has by its protocol and port. */
export function isSameListener(a: ListenerPort, b: ListenerPort): boolean {
  return a.protocol === b.protocol && a.port === b.port;
}

/** Rules for the same requests, perhaps at different ports. */
export function isSameRule(a: Place, b: Place): boolean {
  return a.protocol === b.protocol && isSamePath(a, b);
}

/** The same, perhaps one over HTTP and one over HTTPS. */
export function isSamePath(a: Place, b: Place): boolean {
  return isRule(a) && isRule(b) && a.domain === b.domain && a.url === b.url;
}

/** Whether targets of such a listener are bound to its rules. */
export function hasRules(protocol: string): protocol is 'HTTP' | 'HTTPS' {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** The transport whose port a listener of this protocol uses up. */
export function transportOf(protocol: string): 'TCP' | 'UDP' {
  return protocol === 'UDP' || protocol === 'QUIC' ? 'UDP' : 'TCP';
}

/** Opaque: what only one owner can have at a time, which is a rule, or a port of one transport. */
export function slotOf(place: Place): string {
  return isRule(place) ? placeKey(place) : slotOfPort(place);
}

/** slotOf a listener. */
export function slotOfPort({ protocol, port }: ListenerPort): string {
  return `${transportOf(protocol)}/${port}`;
}

/** As messages name it: "TCP/80", "HTTPS/443 example.com/api". */
export function describePlace(place: Place): string {
  const listener = `${place.protocol}/${place.port}`;
  return isRule(place) ? `${listener} ${safeText(place.domain + place.url)}` : listener;
}

/** Opaque: for maps only, never taken apart. */
export function placeKey(place: Place): string {
  const listener = `${place.protocol}/${place.port}`;
  return isRule(place) ? `${listener} ${place.domain.length} ${place.domain}${place.url}` : listener;
}

/** Opaque: for maps only, never taken apart. */
export function placeIdKey({ listenerId, locationId }: PlaceId): string {
  return locationId === undefined ? listenerId : `${listenerId} ${locationId}`;
}

export function samePlaceId(a: PlaceId, b: PlaceId): boolean {
  return a.listenerId === b.listenerId && a.locationId === b.locationId;
}
