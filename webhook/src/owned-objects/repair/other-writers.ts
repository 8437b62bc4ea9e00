import { asList, asObject, own, type RawObject } from '@clb-direct/shared/domain/raw.ts';

/** Who else wrote a field, by managedFields; where nobody holds it (it was taken away), whoever wrote last. */
export function otherWriters(live: RawObject | undefined, path: readonly string[], ourName: string): readonly string[] {
  const entries = asList(own(asObject(own(live, 'metadata')), 'managedFields')).map(asObject);
  const others = entries.filter((entry) => own(entry, 'manager') !== ourName);
  const holders = others.filter((entry) => holds(own(entry, 'fieldsV1'), path));
  const named = holders.length > 0 ? holders : others.toSorted(byTime).slice(-1);
  return [...new Set(named.map((entry) => own(entry, 'manager')).filter((name) => typeof name === 'string'))];
}

function holds(fields: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return fields !== undefined;
  const below = own(asObject(fields), first);
  return below !== undefined && holds(below, rest);
}

function byTime(one: RawObject | undefined, other: RawObject | undefined): number {
  return String(own(one, 'time')).localeCompare(String(own(other, 'time')));
}
