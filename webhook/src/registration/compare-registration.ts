import { isDeepStrictEqual } from 'node:util';
import { isSameBundle } from '@clb-direct/certs/pem.ts';
import { asList, asObject, own, type RawObject } from '../admission/raw.ts';
import { findEntry } from './render-registration.ts';

/** Names what differs from the rendered registration, as metric labels: only our fields count. Empty = as it has to be. */
export function compareRegistration(live: RawObject | undefined, rendered: RawObject): readonly string[] {
  if (live === undefined) return ['missing'];
  const entry = findEntry(live);
  const drifts = compareMetadata(asObject(own(live, 'metadata')), asObject(own(rendered, 'metadata')));
  if (entry === undefined) return [...drifts, 'entry'];
  return [...drifts, ...compareEntry(entry, findEntry(rendered) ?? {})];
}

function compareMetadata(live: RawObject | undefined, rendered: RawObject | undefined): string[] {
  const labels = asObject(own(live, 'labels'));
  const hasLabels = Object.entries(asObject(own(rendered, 'labels')) ?? {}).every(
    ([key, value]) => own(labels, key) === value,
  );
  const owners = asList(own(live, 'ownerReferences')).map((owner) => own(asObject(owner), 'uid'));
  const wanted = asList(own(rendered, 'ownerReferences')).map((owner) => own(asObject(owner), 'uid'));
  return [...(hasLabels ? [] : ['labels']), ...(wanted.every((uid) => owners.includes(uid)) ? [] : ['owner'])];
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
  return [...(isSameService ? [] : ['service']), ...(isSame ? [] : ['caBundle'])];
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
