/** For so long a list by tags may not show yet what was just made. */
export const listLagMs = 120_000;

/** What was asked for, perhaps without an answer, may stand although no list shows it. Undefined: nothing was. */
export function mayBeUnlisted(askedAtMs: number | undefined, nowMs: number): boolean {
  return askedAtMs !== undefined && nowMs - askedAtMs < listLagMs;
}
