import { isDeepStrictEqual } from 'node:util';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { entriesOf, isOurs } from './render-registration.ts';

/**
 * The merge patch that makes a live registration the rendered one. Server-side apply could not take away what others
 * put into our entry (a `url` beside the service, one more condition) and would be refused for it. Other entries,
 * labels and owners are written as they are; the resource version guarantees that they have not changed.
 */
export function mergeRegistration(live: RawObject, rendered: RawObject): RawObject {
  const metadata = asObject(own(live, 'metadata'));
  const wanted = asObject(own(rendered, 'metadata'));
  return {
    metadata: {
      resourceVersion: own(metadata, 'resourceVersion'),
      labels: own(wanted, 'labels'),
      ownerReferences: mergeOwners(metadata, wanted),
    },
    webhooks: mergeEntries(live, rendered),
  };
}

function mergeOwners(live: RawObject | undefined, rendered: RawObject | undefined): readonly unknown[] {
  const ours = asList(own(rendered, 'ownerReferences')).map(asObject);
  const uids = ours.map((owner) => own(owner, 'uid'));
  const others = asList(own(live, 'ownerReferences')).map(asObject);
  return [...others.filter((owner) => !uids.includes(own(owner, 'uid')) && !isStaleOwner(owner, ours)), ...ours];
}

/** An owner of the name of ours that was another one: a namespace that was deleted and made again. */
export function isStaleOwner(owner: RawObject | undefined, ours: readonly (RawObject | undefined)[]): boolean {
  const isOfSameName = (one: RawObject | undefined) =>
    ['kind', 'name'].every((field) => own(owner, field) === own(one, field));
  return ours.some((one) => isOfSameName(one) && own(owner, 'uid') !== own(one, 'uid'));
}

function mergeEntries(live: RawObject, rendered: RawObject): readonly unknown[] {
  const [entries, wanted] = [entriesOf(live), entriesOf(rendered)];
  const kept = entries.flatMap((entry, index) => {
    if (isCopy(entry, wanted) || isUnwanted(entry, wanted)) return [];
    const ours = wanted.find((one) => isNamesake(entry, one));
    const isFirst = entries.findIndex((one) => isNamesake(one, entry)) === index;
    if (ours === undefined) return [entry];
    return isFirst ? [{ ...entry, ...ours }] : [];
  });
  const missing = wanted.filter((one) => !entries.some((entry) => isNamesake(entry, one)));
  return [...kept, ...missing];
}

type Entry = RawObject | undefined;

export function isNamesake(entry: Entry, other: Entry): boolean {
  return own(entry, 'name') === own(other, 'name');
}

/** An entry of ours that is not wanted now. */
export function isUnwanted(entry: Entry, wanted: readonly Entry[]): boolean {
  return isOurs(entry) && !wanted.some((one) => isNamesake(one, entry));
}

/**
 * One more entry that calls our port, under another name: pods would be reviewed twice, or refused if there is no such
 * endpoint.
 */
export function isCopy(entry: Entry, wanted: readonly Entry[]): boolean {
  return !isOurs(entry) && wanted.some((one) => isDeepStrictEqual(calledBy(entry), calledBy(one)));
}

function calledBy(entry: Entry): readonly unknown[] {
  const service = asObject(own(asObject(own(entry, 'clientConfig')), 'service'));
  return ['namespace', 'name', 'port'].map((field) => own(service, field));
}
