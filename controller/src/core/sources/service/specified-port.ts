import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { asObject, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import { canonicalIp } from '../../model/address-family.ts';
import { hasRules, transportOf, type ListenerProtocol } from '../../model/place.ts';
import { malformedAnnotation } from './malformed-annotation.ts';
import { unknownKeys } from './unknown-keys.ts';

/** What a Service asks for at one of its ports. */
export interface SpecifiedPort {
  /** At most one for each transport. */
  readonly protocols: readonly ListenerProtocol[];
  /** The Secret with the certificate of the listener, and of each host that names none. */
  readonly tls: string | undefined;
  /** For HTTP and HTTPS; none: requests for every host. */
  readonly hosts: readonly SpecifiedHost[];
}

export interface SpecifiedHost {
  readonly domain: string;
  readonly tls: string | undefined;
}

/** Thrown inside this file only: the first wrong part of a port stands for the port. */
class Mistake extends Error {
  readonly finding: Finding;
  constructor(path: string, value: unknown, write: string) {
    super(path);
    this.finding = wrong(`${safeText(path, 120)} is ${shownValue(value, 80)}`, write);
  }
}

/** `what`: what is wrong, after the name of the annotation. */
export function wrong(what: string, write: string): Finding {
  const message =
    `Annotation ${annotation.specifyProtocol}: ${what}; write ${write}. ` +
    'Until then what stands for such ports stays as it is, and nothing is made for them.';
  return malformedAnnotation(message);
}

/** `path`: the port, as the annotation writes it. */
export function readPort(path: string, entry: unknown): SpecifiedPort | Finding {
  try {
    const fields = asObject(entry);
    if (fields === undefined) throw new Mistake(path, entry, 'an object such as {"protocol":["TCP"]}');
    requireKnown(path, fields, ['protocol', 'tls', 'hosts']);
    const protocols = readProtocols(`${path}.protocol`, fields['protocol']);
    const tls = readSecret(`${path}.tls`, fields['tls']);
    const hosts = protocols.some(hasRules) ? readHosts(`${path}.hosts`, fields['hosts']) : [];
    requireCertificates(path, { protocols, tls, hosts });
    return { protocols, tls, hosts };
  } catch (error) {
    if (error instanceof Mistake) return error.finding;
    throw error;
  }
}

/** With "host" for "hosts" the port would be open to requests for every host. */
function requireKnown(path: string, fields: RawObject, known: readonly string[]): void {
  const [key] = unknownKeys(fields, known);
  if (key === undefined) return;
  throw new Mistake(`${path}.${key}`, fields[key], `one of the known keys instead: ${known.join(', ')}`);
}

const protocolNames: ReadonlySet<unknown> = new Set<ListenerProtocol>([
  'TCP',
  'UDP',
  'TCP_SSL',
  'HTTP',
  'HTTPS',
  'QUIC',
]);

function readProtocols(path: string, value: unknown): readonly ListenerProtocol[] {
  const list = Array.isArray(value) ? [...new Set<unknown>(value)] : [];
  const known = list.filter((one): one is ListenerProtocol => protocolNames.has(one));
  if (known.length === 0 || known.length < list.length) {
    throw new Mistake(path, value, `a list of ${[...protocolNames].join(', ')}, such as ["TCP"]`);
  }
  if (new Set(known.map(transportOf)).size < known.length) {
    throw new Mistake(path, value, 'one protocol over TCP and one over UDP at most, such as ["TCP","UDP"]');
  }
  return known;
}

/** The names that the API server takes for a Secret. */
const secretName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

function readSecret(path: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && secretName.test(value)) return value;
  throw new Mistake(path, value, 'the name of a Secret of this namespace');
}

/** One label may be "*", in front; 1 to 80 characters (doc 214/9032). */
const hostName = /^(?=.{1,80}$)(\*\.)?[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

const byName = 'host names, such as "www.example.com", or leave hosts out, for requests by address and of every host';

function readHosts(path: string, value: unknown): readonly SpecifiedHost[] {
  if (value === undefined) return [];
  const hosts = asObject(value);
  if (hosts === undefined) throw new Mistake(path, value, 'an object such as {"www.example.com":{}}');
  return Object.entries(hosts).map(([domain, entry]) => {
    if (!hostName.test(domain)) throw new Mistake(path, domain, 'host names in lower case, such as "www.example.com"');
    // See mapHost of Ingresses.
    if (canonicalIp(domain) !== undefined) throw new Mistake(path, domain, byName);
    const fields = asObject(entry ?? {});
    if (fields === undefined) throw new Mistake(`${path}.${domain}`, entry, 'an object such as {"tls":"my-secret"}');
    requireKnown(`${path}.${domain}`, fields, ['tls']);
    return { domain, tls: readSecret(`${path}.${domain}.tls`, fields['tls']) };
  });
}

const withCertificate: ReadonlySet<ListenerProtocol> = new Set(['TCP_SSL', 'QUIC', 'HTTPS']);

function requireCertificates(path: string, { protocols, tls, hosts }: SpecifiedPort): void {
  const needing = protocols.find((protocol) => withCertificate.has(protocol));
  if (needing === undefined || tls !== undefined) return;
  const bare = hosts.find((host) => host.tls === undefined);
  if (hosts.length > 0 && bare === undefined && needing === 'HTTPS') return;
  const where = bare === undefined || needing !== 'HTTPS' ? `${path}.tls` : `${path}.hosts.${bare.domain}.tls`;
  throw new Mistake(where, undefined, `the name of a Secret with the certificate for ${needing}`);
}
