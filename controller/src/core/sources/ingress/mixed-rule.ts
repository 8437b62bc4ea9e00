import { asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { shownValue } from '@clb-direct/shared/domain/shown-value.ts';
import type { IngressPath } from './ingress-facts.ts';
import { pathTypes } from './paths.ts';

/** A path of an Ingress; chosen where an annotation says by which protocol it is served. */
export interface MixedPath extends IngressPath {
  readonly isChosen?: true;
}

/** Which paths of the Ingress an entry of http-rules or https-rules chooses, and as what. */
export interface MixedRule {
  readonly chosen?: readonly (readonly [IngressPath, MixedPath])[];
  /** The entry, if it redirects and chooses nothing. */
  readonly rewrite?: RawObject;
  /** What is wrong, and what to write. The entry chooses nothing then. */
  readonly problem?: string;
}

/** `at`: where the entry is in its annotation, such as "[0]". */
export function chosenBy(item: unknown, at: string, paths: readonly IngressPath[]): MixedRule {
  const entry = asObject(item);
  if (entry === undefined) return { problem: `${at} is ${shownValue(item)}; write an object` };
  if (own(entry, 'rewrite') !== undefined) return { rewrite: entry };
  const problem = problemIn(entry, at);
  if (problem !== undefined) return { problem };
  const found = paths.filter((path) => isMeant(path, entry));
  if (found.length === 0) return { problem: `${at} fits no path of spec.rules; write host, path and backend of one` };
  const type = typeIn(entry);
  return { chosen: found.map((path) => [path, { ...path, pathType: type ?? path.pathType, isChosen: true }]) };
}

function problemIn(entry: RawObject, at: string): string | undefined {
  const wrong = ['host', 'path'].find((name) => !isTextOrNothing(own(entry, name)));
  if (wrong !== undefined) return `${at}.${wrong} is ${shownValue(own(entry, wrong))}; write a text`;
  const backend = own(entry, 'backend');
  if (!isNothing(backend) && !isBackend(asObject(backend))) {
    return `${at}.backend is ${shownValue(backend)}; write {"serviceName":"web","servicePort":"80"}`;
  }
  const type = own(entry, 'pathType');
  if (isNothing(type) || typeIn(entry) !== undefined) return undefined;
  return `${at}.pathType is ${shownValue(type)}; write a list with one of ${pathTypes.join(', ')}`;
}

/** TKE writes a list; one text says the same. */
function typeIn(entry: RawObject): string | undefined {
  const given = own(entry, 'pathType');
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.length === 1 ? pathTypes.find((one) => one === list[0]) : undefined;
}

/** Without a host requests by address are meant, and without a path all of them. */
function isMeant({ host, path, backend }: IngressPath, entry: RawObject): boolean {
  if (host !== textIn(entry, 'host') || (path || '/') !== (textIn(entry, 'path') || '/')) return false;
  const asked = asObject(own(entry, 'backend'));
  if (asked === undefined) return true;
  const isPort = backend.kind === 'service' && String(backend.port) === String(own(asked, 'servicePort'));
  return isPort && backend.name === own(asked, 'serviceName');
}

function textIn(entry: RawObject, name: string): string {
  const value = own(entry, name);
  return typeof value === 'string' ? value : '';
}

function isBackend(backend: RawObject | undefined): boolean {
  const port = own(backend, 'servicePort');
  return typeof own(backend, 'serviceName') === 'string' && (typeof port === 'string' || typeof port === 'number');
}

function isTextOrNothing(value: unknown): boolean {
  return isNothing(value) || typeof value === 'string';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}
