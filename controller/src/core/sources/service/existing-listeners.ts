import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { readPlaceId, writePlaceId } from '../../model/existing-place.ts';
import { listed } from '../../model/listed.ts';
import type { PlaceId } from '../../model/place.ts';
import { most } from '../../model/record.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServiceFacts, ServicePort } from './service-facts.ts';

type Annotated = Pick<ServiceFacts, 'existingListeners' | 'ports'>;

/** One entry of the annotation: "443=lbl-a1b2c3d4", or "53/UDP=lbl-a1b2c3d4/loc-e5f6g7h8". */
interface Entry {
  readonly text: string;
  /** Those of the Service's ports that it means; undefined: it cannot be read. */
  readonly ports: readonly ServicePort[] | undefined;
  /** undefined: the id cannot be read. */
  readonly id: PlaceId | undefined;
}

/** Where a port of the Service goes by the annotation; nothing: it gets a listener of ours. */
export interface ExistingListener {
  readonly existing?: PlaceId;
  /** Why the port has to wait. */
  readonly incomplete?: Finding;
}

/** An entry that cannot be read may mean any port, so none of the others gets a listener of ours meanwhile. */
export function existingListenerAt(service: Annotated, port: ServicePort): ExistingListener {
  const entries = entriesOf(service);
  const own = entries.filter(({ ports }) => ports?.includes(port) === true);
  const problem = problemOf(own, port, service);
  if (problem !== undefined) return { incomplete: malformed(`Port ${describePort(port)} waits: ${problem}`) };
  const id = own[0]?.id;
  return id === undefined ? {} : { existing: id };
}

/** What of the annotation concerns no port of the Service. */
export function existingListenerFindings(service: Annotated): readonly Finding[] {
  const strays = entriesOf(service).filter(({ ports }) => ports?.length === 0);
  if (strays.length === 0) return [];
  return [malformed(`${quoted(strays)} names a port that the Service does not have. ${form}`)];
}

function problemOf(own: readonly Entry[], port: ServicePort, service: Annotated): string | undefined {
  const [entry, second] = own;
  if (entry === undefined) {
    const unread = entriesOf(service).filter(({ ports }) => ports === undefined);
    return unread.length === 0 ? undefined : `${quoted(unread)} cannot be read, and may mean it. ${form}`;
  }
  if (second !== undefined) return `${quoted(own)} name it more than once; leave one of them.`;
  if (entry.ports !== undefined && entry.ports.length > 1) {
    const [first, other] = entry.ports.map(describePort);
    return `${quoted(own)} means two ports; write ${first ?? ''} and ${other ?? ''}, each with its listener.`;
  }
  if (entry.id === undefined) return `${quoted(own)} has no listener id. ${form}`;
  const before = portBefore(entry.id, port, service);
  return before === undefined
    ? undefined
    : `${quoted(own)} names what port ${describePort(before)} has; give each port a listener or rule of its own.`;
}

/** An earlier port of the Service with the same place. */
function portBefore(id: PlaceId, port: ServicePort, service: Annotated): ServicePort | undefined {
  const same = entriesOf(service).filter(
    (entry) => entry.id !== undefined && writePlaceId(entry.id) === writePlaceId(id),
  );
  const earlier = service.ports.slice(0, service.ports.indexOf(port));
  return earlier.find((one) => same.some(({ ports }) => ports?.includes(one) === true));
}

const mostCharacters = 4_096;

/** What is too long to be read counts as one entry that cannot be. */
function entriesOf({ existingListeners = '', ports }: Annotated): readonly Entry[] {
  if (existingListeners.length > mostCharacters) return [unreadable(`more than ${mostCharacters} characters`)];
  const texts = existingListeners.split(',').map((text) => text.trim());
  const { placesOfOwner: count } = most;
  const written = texts.filter((text) => text !== '');
  const entries = written.slice(0, count).map((text) => toEntry(text, ports));
  return written.length <= count ? entries : [...entries, unreadable(`more than ${count} entries`)];
}

function unreadable(text: string): Entry {
  return { text, ports: undefined, id: undefined };
}

function toEntry(text: string, ports: readonly ServicePort[]): Entry {
  const [, number, protocol, id = ''] = /^(\d{1,5})(?:\/(TCP|UDP))?\s*=\s*(.*)$/.exec(text) ?? [];
  if (number === undefined) return unreadable(text);
  const means = (port: ServicePort) =>
    port.port === Number(number) && (protocol === undefined || port.protocol === protocol);
  return { text, ports: ports.filter(means), id: readPlaceId(id) };
}

export function describePort({ port, protocol }: ServicePort): string {
  return `${port}/${safeText(protocol)}`;
}

function quoted(entries: readonly Entry[]): string {
  return listed(entries, ({ text }) => `"${safeText(text, 80)}"`);
}

const form = 'Write for example "80=lbl-a1b2c3d4,443/TCP=lbl-b2c3d4e5/loc-c3d4e5f6".';

function malformed(problem: string): Finding {
  const message = `Annotation ${annotation.existingListeners}: ${problem}`;
  return malformedAnnotation(message);
}
