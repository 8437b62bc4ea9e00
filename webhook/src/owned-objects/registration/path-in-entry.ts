import { registrationEntry } from '@clb-direct/shared/domain/names.ts';

const ofObject = new Map<string, readonly string[]>([
  ['labels', ['f:metadata', 'f:labels']],
  ['owner', ['f:metadata', 'f:ownerReferences']],
  ['entry', ['f:webhooks']],
  ['duplicate', ['f:webhooks']],
]);

const ofEntry = new Map<string, readonly string[]>([
  ['caBundle', ['f:clientConfig', 'f:caBundle']],
  ['service', ['f:clientConfig']],
]);

/** The name of a drift in an entry: "rules", or "pod-drain.clb-direct.io/rules" in another entry than the gate's. */
export function driftOf(entryName: string, field: string): string {
  return entryName === registrationEntry ? field : `${entryName}/${field}`;
}

/** Where managedFields speaks of a drift of the registration. */
export function pathInEntry(drift: string): readonly string[] {
  const field = drift.split('/').at(-1) ?? drift;
  const name = field === drift ? registrationEntry : drift.slice(0, -field.length - 1);
  const inEntry = ofEntry.get(field) ?? [`f:${field}`];
  return ofObject.get(drift) ?? ['f:webhooks', `k:${JSON.stringify({ name })}`, ...inEntry];
}
