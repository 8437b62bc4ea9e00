import { registrationEntry } from '@clb-direct/shared/domain/names.ts';

const entry = ['f:webhooks', `k:${JSON.stringify({ name: registrationEntry })}`];

const paths = new Map<string, readonly string[]>([
  ['labels', ['f:metadata', 'f:labels']],
  ['owner', ['f:metadata', 'f:ownerReferences']],
  ['entry', ['f:webhooks']],
  ['duplicate', ['f:webhooks']],
  ['caBundle', [...entry, 'f:clientConfig', 'f:caBundle']],
  ['service', [...entry, 'f:clientConfig']],
]);

/** Where managedFields speaks of a drift of the registration. */
export function pathInEntry(drift: string): readonly string[] {
  return paths.get(drift) ?? [...entry, `f:${drift}`];
}
