import type { ControllerRef, PodFacts } from './gate-rule.ts';
import { asList, asObject, type RawObject } from './raw.ts';

/** Reads what decides about the gate from a pod's JSON; the problem says why this is not a pod that can be patched. */
export function readPodFacts(object: unknown): PodFacts | { readonly problem: string } {
  const pod = asObject(object);
  if (pod === undefined) return { problem: 'object is not an object' };
  const spec = asObject(pod['spec']);
  if (spec === undefined) return { problem: 'object.spec is not an object' };
  const gates = spec['readinessGates'] ?? undefined;
  if (gates !== undefined && !Array.isArray(gates)) return { problem: 'object.spec.readinessGates is not a list' };
  const metadata = asObject(pod['metadata']);
  return {
    hostNetwork: spec['hostNetwork'] === true,
    annotations: stringsOf(asObject(metadata?.['annotations'])),
    resourceNames: [...resourceNamesOf(spec['containers']), ...resourceNamesOf(spec['initContainers'])],
    gateTypes: gates === undefined ? undefined : textsOf(gates, 'conditionType'),
    controller: controllerOf(metadata?.['ownerReferences']),
  };
}

function controllerOf(owners: unknown): ControllerRef | undefined {
  for (const one of asList(owners)) {
    const owner = asObject(one);
    if (owner?.['controller'] !== true) continue;
    const { apiVersion, kind } = owner;
    if (typeof apiVersion === 'string' && typeof kind === 'string') return { apiVersion, kind };
  }
  return undefined;
}

// Loops, because the webhook reads each new pod of a cluster here: a list per container would double the cost of a
// review.
function resourceNamesOf(containers: unknown): string[] {
  const names: string[] = [];
  for (const container of asList(containers)) {
    const resources = asObject(asObject(container)?.['resources']);
    for (const name in asObject(resources?.['limits'])) names.push(name);
    for (const name in asObject(resources?.['requests'])) names.push(name);
  }
  return names;
}

function textsOf(list: readonly unknown[], field: string): string[] {
  const texts: string[] = [];
  for (const one of list) {
    const text = asObject(one)?.[field];
    if (typeof text === 'string') texts.push(text);
  }
  return texts;
}

function stringsOf(object: RawObject = {}): Readonly<Record<string, string>> {
  if (areStrings(object)) return object;
  return Object.fromEntries(Object.entries(object).filter((entry): entry is [string, string] => isString(entry[1])));
}

function areStrings(object: RawObject): object is Readonly<Record<string, string>> {
  for (const name in object) if (!isString(object[name])) return false;
  return true;
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
