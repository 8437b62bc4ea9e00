import { isUnset } from './block.ts';

/** What somebody wrote, of which nothing is checked. */
export type Fields = Readonly<Record<string, unknown>>;

/** What is not set has no fields; what is no object cannot be understood. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (isUnset(value)) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The same of a list. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (isUnset(value)) return [];
  return Array.isArray(value) ? value : undefined;
}

/** Which listener a block is about, by the key of configKeyOf; undefined: none that can be. */
export function listenerKeyOf(block: unknown, protocols: readonly string[]): string | undefined {
  const { protocol, port } = fieldsOf(block) ?? {};
  const isKnown = protocols.some((one) => one === protocol) && Number.isInteger(port);
  return isKnown ? `${String(protocol)}/${String(port)}` : undefined;
}

export function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
