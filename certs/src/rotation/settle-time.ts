/** A year: to trust an old CA for longer is no rotation. */
export const longestSettleMs = 365 * 86_400_000;

/** Whether an old CA may stay trusted for so many milliseconds. */
export function isSettleTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= longestSettleMs;
}
