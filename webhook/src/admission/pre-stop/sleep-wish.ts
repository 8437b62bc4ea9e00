/** What a namespace's label or a pod's annotation says of the preStop sleep. */
export type SleepWish =
  { readonly kind: 'none' | 'usual' | 'malformed' } | { readonly kind: 'seconds'; readonly seconds: number };

const mostSeconds = 3_600;

/** How label and annotation are written, as warnings say it. */
export const sleepWishForm = `"true", "false" or 1 to ${mostSeconds}`;

/** Reads a label or an annotation; undefined: it is not there. */
export function readSleepWish(value: unknown): SleepWish | undefined {
  if (value === undefined) return undefined;
  if (value === 'true') return { kind: 'usual' };
  if (value === 'false') return { kind: 'none' };
  const seconds = typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value) ? Number(value) : Number.NaN;
  return seconds <= mostSeconds ? { kind: 'seconds', seconds } : { kind: 'malformed' };
}
