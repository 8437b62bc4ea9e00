import { isDeepStrictEqual } from 'node:util';
import { isSameBundle } from '@clb-direct/certs/pem.ts';
import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';
import { isCopy, isOurs, isStaleOwner } from './merge-registration.ts';
import { findEntry } from './render-registration.ts';

/**
 * Names what differs from the rendered registration, as metric labels: only our fields count. Empty = as it has to be.
 */
export function compareRegistration(live: RawObject | undefined, rendered: RawObject): readonly string[] {
  if (live === undefined) return ['missing'];
  const drifts = [
    ...compareMetadata(asObject(own(live, 'metadata')), asObject(own(rendered, 'metadata'))),
    ...compareList(live, rendered),
  ];
  const entry = findEntry(live);
  return entry === undefined ? drifts : [...drifts, ...compareEntry(entry, findEntry(rendered) ?? {})];
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
  const entries = asList(own(live, 'webhooks')).map(asObject);
  const count = entries.filter(isOurs).length;
  return [
    ...(count === 0 ? ['entry'] : []),
    ...(count > 1 || entries.some((entry) => isCopy(entry, findEntry(rendered))) ? ['duplicate'] : []),
  ];
}

function compareEntry(live: RawObject, rendered: RawObject): string[] {
  return Object.keys(rendered).flatMap((field) => compareField(field, own(live, field), own(rendered, field)));
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
