/** An object as the fake API server keeps it. */
export interface FakeObject {
  [field: string]: unknown;
  metadata: { [field: string]: unknown; name: string; namespace?: string; uid?: string; resourceVersion?: string };
}

export interface FakeChange {
  readonly version: number;
  readonly collection: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: FakeObject;
}

/** Where a path leads: a collection, perhaps one namespace of it, perhaps one object. */
export interface FakePlace {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** Understands /api/v1/… and /apis/GROUP/VERSION/…, with or without a namespace; subresources are their object. */
export function placeOf(path: string): FakePlace {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const root = parts.splice(0, parts[0] === 'api' ? 2 : 3).join('/');
  const isNamespaced = parts[0] === 'namespaces' && parts.length > 2;
  const namespace = isNamespaced ? parts.splice(0, 2)[1] : undefined;
  return { collection: `${root}/${parts[0] ?? ''}`, namespace, name: parts[1] };
}

/** RFC 7386, with the lists that a strategic merge knows: conditions by their type, finalizers as a set. */
export function merged(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, field);
    else if (field === 'conditions' && Array.isArray(value)) result[field] = mergedConditions(result[field], value);
    else if (field.endsWith('finalizers') && Array.isArray(value)) mergeFinalizers(result, field, value);
    else result[field] = merged(result[field], value);
  }
  return result;
}

function mergeFinalizers(result: Record<string, unknown>, field: string, given: unknown[]): void {
  const before = finalizersOf(result);
  const isRemoval = field.startsWith('$deleteFromPrimitiveList/');
  result['finalizers'] = isRemoval ? before.filter((one) => !given.includes(one)) : [...new Set([...before, ...given])];
}

export function finalizersOf({ finalizers }: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(finalizers) ? finalizers : [];
}

function mergedConditions(before: unknown, patch: unknown[]): unknown[] {
  const byType = new Map((Array.isArray(before) ? before : []).map((one: unknown) => [typeOf(one), one]));
  for (const one of patch) {
    if (isRecord(one) && one['$patch'] === 'delete') byType.delete(typeOf(one));
    else byType.set(typeOf(one), merged(byType.get(typeOf(one)), one));
  }
  return [...byType.values()];
}

function typeOf(condition: unknown): unknown {
  return isRecord(condition) ? condition['type'] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
