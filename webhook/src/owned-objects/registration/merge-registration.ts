import { isDeepStrictEqual } from 'node:util';
import { registrationEntry } from '@clb-direct/shared/domain/names.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { findEntry } from './render-registration.ts';

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
  const isNamesake = (one: RawObject | undefined) =>
    ['kind', 'name'].every((field) => own(owner, field) === own(one, field));
  return ours.some((one) => isNamesake(one) && own(owner, 'uid') !== own(one, 'uid'));
}

function mergeEntries(live: RawObject, rendered: RawObject): readonly unknown[] {
  const wanted = findEntry(rendered) ?? {};
  const entries = asList(own(live, 'webhooks')).map(asObject);
  const at = entries.findIndex(isOurs);
  const kept = entries.map((entry, index) => (index === at ? { ...entry, ...wanted } : entry));
  const others = kept.filter((entry, index) => index === at || !(isOurs(entry) || isCopy(entry, wanted)));
  return at === -1 ? [...others, wanted] : others;
}

/** Whether it is our entry, by its name. */
export function isOurs(entry: RawObject | undefined): boolean {
  return own(entry, 'name') === registrationEntry;
}

/**
 * One more entry that calls our port, under another name: pods would be reviewed twice, or refused if there is no such
 * endpoint.
 */
export function isCopy(entry: RawObject | undefined, wanted: RawObject | undefined): boolean {
  return !isOurs(entry) && isDeepStrictEqual(calledBy(entry), calledBy(wanted));
}

function calledBy(entry: RawObject | undefined): readonly unknown[] {
  const service = asObject(own(asObject(own(entry, 'clientConfig')), 'service'));
  return ['namespace', 'name', 'port'].map((field) => own(service, field));
}
