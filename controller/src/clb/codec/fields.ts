import { malformed } from '../api-failure.ts';

export type Item<List> = NonNullable<List> extends readonly (infer One)[] ? One : never;

/** What the API documents as always there; believing in its absence could take targets off a CLB. */
export function required<T>(value: T | null | undefined, field: string): T {
  if (value === undefined || value === null) throw malformed(`${field} is missing`);
  return value;
}

/** To the API an empty text is no value. */
export function textOrNothing(text: string | null | undefined): string | undefined {
  return text === '' ? undefined : (text ?? undefined);
}

/** Only the fields that have a value: what the API did not return is not compared, what is not set is not sent. */
export function given<T extends object>(fields: { readonly [K in keyof T]?: T[K] | null | undefined }): Partial<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries) as Partial<T>;
}
