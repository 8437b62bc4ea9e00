/** A JSON object whose fields are not checked yet. */
export type RawObject = Readonly<Record<string, unknown>>;

/** The value as an object; anything else (null and lists too) is undefined. */
export function asObject(value: unknown): RawObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as RawObject) : undefined;
}

/** The value as a list; anything else is empty. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A field that the object has itself; names like `__proto__` or `toString` in foreign JSON find nothing else. */
export function own(object: RawObject | undefined, field: string): unknown {
  return object !== undefined && Object.hasOwn(object, field) ? object[field] : undefined;
}
