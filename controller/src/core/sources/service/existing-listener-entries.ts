import { readPlaceId } from '../../model/existing-place.ts';
import type { PlaceId } from '../../model/place.ts';
import { most } from '../../model/record.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';

export type Annotated = Pick<ServiceFacts, 'existingListeners' | 'ports'>;

/** One entry of the annotation: "443=lbl-a1b2c3d4", or "53/UDP=lbl-a1b2c3d4/loc-e5f6g7h8". */
export interface Entry {
  readonly text: string;
  /** Those of the Service's ports that it means; undefined: it cannot be read. */
  readonly ports: readonly ServicePort[] | undefined;
  /** undefined: the id cannot be read. */
  readonly id: PlaceId | undefined;
}

const mostCharacters = 4_096;

/** What is too long to be read counts as one entry that cannot be. */
export function entriesOf({ existingListeners = '', ports }: Annotated): readonly Entry[] {
  if (existingListeners.length > mostCharacters) return [unreadable(`more than ${mostCharacters} characters`)];
  const texts = existingListeners.split(',').map((text) => text.trim());
  const { placesOfOwner: count } = most;
  const written = texts.filter((text) => text !== '');
  const byNumber = Map.groupBy(written.length === 0 ? [] : ports, ({ port }) => port);
  const entries = written.slice(0, count).map((text) => toEntry(text, byNumber));
  return written.length <= count ? entries : [...entries, unreadable(`more than ${count} entries`)];
}

function unreadable(text: string): Entry {
  return { text, ports: undefined, id: undefined };
}

function toEntry(text: string, byNumber: ReadonlyMap<number, readonly ServicePort[]>): Entry {
  const [, number, protocol, id = ''] = /^(\d{1,5})(?:\/(TCP|UDP))?\s*=\s*(.*)$/.exec(text) ?? [];
  if (number === undefined) return unreadable(text);
  const ports = (byNumber.get(Number(number)) ?? []).filter(
    (port) => protocol === undefined || port.protocol === protocol,
  );
  return { text, ports, id: readPlaceId(id) };
}
