import { safeText } from './safe-text.ts';

/** Deeper than anything that is meant. JSON.stringify recurses: some thousand levels, and it throws. */
const mostLevels = 20;

/** A value of foreign JSON as messages show it: on one line, of any depth and of any size. */
export function shownValue(value: unknown, longest = 60): string {
  return value === undefined ? 'missing' : safeText(JSON.stringify(withoutDepth(value, mostLevels)), longest);
}

function withoutDepth(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((one) => withoutDepth(one, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutDepth(one, levels - 1)]));
}
