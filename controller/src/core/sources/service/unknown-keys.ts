import type { RawObject } from '@clb-direct/shared/domain/raw.ts';

/** The keys that nothing reads: most likely one of those that are known is misspelt. */
export function unknownKeys(fields: RawObject, known: readonly string[]): readonly string[] {
  return Object.keys(fields).filter((key) => !known.includes(key));
}
