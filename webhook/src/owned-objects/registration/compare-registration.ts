import { isDeepStrictEqual } from 'node:util';
import { isSameBundle } from '@clb-direct/certs/pem.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { isCopy, isNamesake, isStaleOwner, isUnwanted } from './merge-registration.ts';
import { driftOf } from './path-in-entry.ts';
import { entriesOf, findEntry } from './render-registration.ts';

/**
 * Names what differs from the rendered registration, as metric labels: only our fields count. Empty = as it has to be.
 */
export function compareRegistration(live: RawObject | undefined, rendered: RawObject): readonly string[] {
  if (live === undefined) return ['missing'];
  return [
    ...compareMetadata(asObject(own(live, 'metadata')), asObject(own(rendered, 'metadata'))),
    ...compareList(live, rendered),
    ...entriesOf(rendered).flatMap((entry) => compareEntry(live, entry ?? {})),
  ];
}

function compareMetadata(live: RawObject | undefined, rendered: RawObject | undefined): string[] {
  const labels = asObject(own(live, 'labels'));
  const hasLabels = Object.entries(asObject(own(rendered, 'labels')) ?? {}).every(
    ([key, value]) => own(labels, key) === value,
  );
  const owners = asList(own(live, 'ownerReferences')).map(asObject);
  const wanted = asList(own(rendered, 'ownerReferences')).map(asObject);
  const isOwned = wanted.every((owner) => owners.some((candidate) => contains(candidate, owner)));
  const hasStale = owners.some((owner) => isStaleOwner(owner, wanted));
  return [...(hasLabels ? [] : ['labels']), ...(isOwned && !hasStale ? [] : ['owner'])];
}

function contains(whole: RawObject | undefined, part: RawObject | undefined): boolean {
  return Object.entries(part ?? {}).every(([field, value]) => own(whole, field) === value);
}

function compareList(live: RawObject, rendered: RawObject): string[] {
  const [entries, wanted] = [entriesOf(live), entriesOf(rendered)];
  const counts = wanted.map((one) => entries.filter((entry) => isNamesake(entry, one)).length);
  const isTooMuch = entries.some((entry) => isCopy(entry, wanted) || isUnwanted(entry, wanted));
  return [
    ...(counts.includes(0) ? ['entry'] : []),
    ...(counts.some((count) => count > 1) || isTooMuch ? ['duplicate'] : []),
  ];
}

/** An entry that is missing has no fields to compare. */
function compareEntry(live: RawObject, rendered: RawObject): string[] {
  const name = String(own(rendered, 'name'));
  const entry = findEntry(live, name);
  if (entry === undefined) return [];
  const drifts = Object.keys(rendered).flatMap((field) => compareField(field, own(entry, field), own(rendered, field)));
  return drifts.map((drift) => driftOf(name, drift));
}

function compareField(field: string, live: unknown, rendered: unknown): string[] {
  if (field === 'clientConfig') return compareClientConfig(asObject(live), asObject(rendered));
  if (field === 'namespaceSelector') return isSameSelector(live, rendered) ? [] : [field];
  return isDeepStrictEqual(live, rendered) ? [] : [field];
}

function compareClientConfig(live: RawObject | undefined, rendered: RawObject | undefined): string[] {
  const isSameService = isDeepStrictEqual(own(live, 'service'), own(rendered, 'service'));
  const isSame = isSameBundle(bundleOf(live), bundleOf(rendered));
  const leadsHere = isSameService && own(live, 'url') === undefined;
  return [...(leadsHere ? [] : ['service']), ...(isSame ? [] : ['caBundle'])];
}

function bundleOf(clientConfig: RawObject | undefined): string {
  const bundle = own(clientConfig, 'caBundle');
  return typeof bundle === 'string' ? Buffer.from(bundle, 'base64').toString() : '';
}

/** The CA bundle that a registration publishes, PEM; '' = none. */
export function publishedBundle(live: RawObject | undefined): string {
  return bundleOf(asObject(own(findEntry(live), 'clientConfig')));
}

// The order of expressions means nothing.
function isSameSelector(live: unknown, rendered: unknown): boolean {
  return isDeepStrictEqual(sorted(live), sorted(rendered));
}

function sorted(selector: unknown): unknown {
  const { matchExpressions, ...rest } = asObject(selector) ?? {};
  const texts = asList(matchExpressions).map((expression) => {
    const { key, operator, values } = asObject(expression) ?? {};
    return JSON.stringify([key, operator, [...asList(values)].map(String).sort()]);
  });
  return { ...rest, expressions: texts.sort() };
}
