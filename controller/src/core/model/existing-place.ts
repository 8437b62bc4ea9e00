import type { PlaceId } from './place.ts';

const pattern = /^(lbl-[a-z0-9]{1,32})(?:\/(loc-[a-z0-9]{1,32}))?$/;

/**
 * A place of a listener that somebody else made, as annotations and records name it: "lbl-a1b2c3d4", or
 * "lbl-a1b2c3d4/loc-e5f6g7h8" for a rule. undefined: it is no such text.
 */
export function readPlaceId(text: string): PlaceId | undefined {
  const [, listenerId, locationId] = pattern.exec(text) ?? [];
  if (listenerId === undefined) return undefined;
  return locationId === undefined ? { listenerId } : { listenerId, locationId };
}

/** As `readPlaceId` reads it. */
export function writePlaceId({ listenerId, locationId }: PlaceId): string {
  return locationId === undefined ? listenerId : `${listenerId}/${locationId}`;
}
