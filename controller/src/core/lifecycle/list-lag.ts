/** For so long a list by tags may not show yet what was just made. */
export const listLagMs = 120_000;
