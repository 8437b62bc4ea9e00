import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** The other managers of a field, by managedFields; if it has none (it was removed), the manager that wrote last. */
export function otherWriters(live: RawObject | undefined, path: readonly string[], ourName: string): readonly string[] {
  const entries = asList(own(asObject(own(live, 'metadata')), 'managedFields')).map(asObject);
  const others = entries.filter((entry) => own(entry, 'manager') !== ourName);
  const owners = others.filter((entry) => contains(own(entry, 'fieldsV1'), path));
  const named = owners.length > 0 ? owners : others.toSorted(byTime).slice(-1);
  return [...new Set(named.map((entry) => own(entry, 'manager')).filter((name) => typeof name === 'string'))];
}

function contains(fields: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return fields !== undefined;
  const below = own(asObject(fields), first);
  return below !== undefined && contains(below, rest);
}

function byTime(one: RawObject | undefined, other: RawObject | undefined): number {
  return String(own(one, 'time')).localeCompare(String(own(other, 'time')));
}
