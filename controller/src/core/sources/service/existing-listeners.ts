import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { writePlaceId } from '../../model/existing-place.ts';
import { listed } from '../../model/listed.ts';
import type { PlaceId } from '../../model/place.ts';
import { entriesOf, type Annotated, type Entry } from './existing-listener-entries.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import type { ServicePort } from './service-facts.ts';

/** Where a port of the Service goes by the annotation; nothing: it gets a listener of ours. */
export interface ExistingListener {
  readonly existing?: PlaceId;
  /** Why the port has to wait. */
  readonly incomplete?: Finding;
}

/** What the annotation says: read once, however many ports there are. */
export interface ExistingListeners {
  of(port: ServicePort): ExistingListener;
  /** What of it concerns no port of the Service. */
  readonly findings: readonly Finding[];
}

interface Read {
  readonly byPort: ReadonlyMap<ServicePort, readonly Entry[]>;
  readonly unread: readonly Entry[];
  /** By the place that is named: the first port of the Service that has it. */
  readonly firstAt: ReadonlyMap<string, ServicePort>;
}

/** An entry that cannot be read may mean any port, so none of the others gets a listener of ours meanwhile. */
export function readExistingListeners(service: Annotated): ExistingListeners {
  const entries = entriesOf(service);
  const pairs = entries.flatMap((entry) => (entry.ports ?? []).map((port) => ({ port, entry })));
  const byPort = new Map(
    [...Map.groupBy(pairs, ({ port }) => port)].map(([port, some]) => [port, some.map(({ entry }) => entry)]),
  );
  const unread = entries.filter(({ ports }) => ports === undefined);
  const read = { byPort, unread, firstAt: firstAtEach(service.ports, byPort) };
  return { of: (port) => listenerAt(port, read), findings: straysAmong(entries) };
}

function firstAtEach(ports: readonly ServicePort[], byPort: Read['byPort']): Read['firstAt'] {
  const named = ports.flatMap((port) =>
    (byPort.get(port) ?? []).flatMap(({ id }) => (id === undefined ? [] : [[writePlaceId(id), port] as const])),
  );
  // Of several the last one counts in a Map.
  return new Map(named.toReversed());
}

function listenerAt(port: ServicePort, read: Read): ExistingListener {
  const own = read.byPort.get(port) ?? [];
  const problem = problemOf(own, port, read);
  if (problem !== undefined) return { incomplete: malformed(`Port ${describePort(port)} waits: ${problem}`) };
  const id = own[0]?.id;
  return id === undefined ? {} : { existing: id };
}

function straysAmong(entries: readonly Entry[]): readonly Finding[] {
  const strays = entries.filter(({ ports }) => ports?.length === 0);
  if (strays.length === 0) return [];
  return [malformed(`${quoted(strays)} names a port that the Service does not have. ${form}`)];
}

function problemOf(own: readonly Entry[], port: ServicePort, { unread, firstAt }: Read): string | undefined {
  const [entry, second] = own;
  if (entry === undefined) return mayBeMeantBy(unread);
  if (second !== undefined) return `${quoted(own)} name it more than once; leave one of them.`;
  if (entry.ports !== undefined && entry.ports.length > 1) {
    const [first, other] = entry.ports.map(describePort);
    return `${quoted(own)} means two ports; write ${first ?? ''} and ${other ?? ''}, each with its listener.`;
  }
  if (entry.id === undefined) return `${quoted(own)} has no listener id. ${form}`;
  const first = firstAt.get(writePlaceId(entry.id)) ?? port;
  return first === port
    ? undefined
    : `${quoted(own)} names what port ${describePort(first)} has; give each port a listener or rule of its own.`;
}

function mayBeMeantBy(unread: readonly Entry[]): string | undefined {
  return unread.length === 0 ? undefined : `${quoted(unread)} cannot be read, and may mean it. ${form}`;
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
