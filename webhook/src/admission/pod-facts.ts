import type { EniFacts } from '@clb-direct/shared/domain/eni.ts';
import { asList, asObject, own, type RawObject } from './raw.ts';

/** What the decision needs of a pod that is about to be created. */
export interface PodFacts extends EniFacts {
  /** The condition types of its readiness gates; undefined when it has no list of them. */
  readonly gateTypes: readonly string[] | undefined;
  /** Kind of the owner that controls it. */
  readonly controllerKind: string | undefined;
}

/** Reads a pod out of a review; the problem says why the object is no pod that could be patched. */
export function readPodFacts(pod: RawObject): PodFacts | { readonly problem: string } {
  const spec = asObject(own(pod, 'spec'));
  if (spec === undefined) return { problem: 'object.spec is not an object' };
  const gates = own(spec, 'readinessGates') ?? undefined;
  if (gates !== undefined && !Array.isArray(gates)) return { problem: 'object.spec.readinessGates is not a list' };
  const metadata = asObject(own(pod, 'metadata'));
  return {
    hostNetwork: own(spec, 'hostNetwork') === true,
    annotations: stringsOf(asObject(own(metadata, 'annotations'))),
    resourceNames: resourceNamesOf(spec),
    gateTypes: gates === undefined ? undefined : asList(gates).flatMap((gate) => textField(gate, 'conditionType')),
    controllerKind: asList(own(metadata, 'ownerReferences'))
      .filter((owner) => own(asObject(owner), 'controller') === true)
      .flatMap((owner) => textField(owner, 'kind'))[0],
  };
}

function resourceNamesOf(spec: RawObject): string[] {
  const names: string[] = [];
  for (const list of ['containers', 'initContainers']) {
    for (const container of asList(own(spec, list))) {
      const resources = asObject(own(asObject(container), 'resources'));
      for (const side of ['limits', 'requests']) names.push(...Object.keys(asObject(own(resources, side)) ?? {}));
    }
  }
  return names;
}

function textField(value: unknown, field: string): string[] {
  const text = own(asObject(value), field);
  return typeof text === 'string' ? [text] : [];
}

function stringsOf(object: RawObject = {}): Readonly<Record<string, string>> {
  if (areStrings(object)) return object;
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, string] => isString(entry[1])));
}

function areStrings(object: RawObject): object is Readonly<Record<string, string>> {
  return Object.values(object).every(isString);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
