/** How often each share may go, by a clock that never jumps. */
export interface ShareBudget {
  /** How long until this share may go; 0: now. */
  untilMs(share: string, nowMs: number): number;
  spend(share: string, nowMs: number): void;
  /** Takes one spending back. */
  refund(share: string, nowMs: number): void;
}

export interface BudgetLimits {
  /** In the long run. */
  readonly perMinute: number;
  /** At once, after a rest. */
  readonly burst: number;
}

interface Account {
  readonly left: number;
  readonly atMs: number;
}

/** Accounts that are kept although they may be full again. */
const mostKept = 1_024;

/** An account that fills steadily up to the burst. What goes without asking is charged, but makes no debt. */
export function createShareBudget({ perMinute, burst }: BudgetLimits): ShareBudget {
  const accounts = new Map<string, Account>();
  const perMs = perMinute / 60_000;
  let dropAtSize = mostKept;

  function leftOf(share: string, nowMs: number): number {
    const account = accounts.get(share);
    return account === undefined ? burst : Math.min(burst, account.left + (nowMs - account.atMs) * perMs);
  }

  function dropFull(nowMs: number): void {
    for (const share of accounts.keys()) if (leftOf(share, nowMs) >= burst) accounts.delete(share);
    // However many are in use, each spending costs the same in the long run.
    dropAtSize = Math.max(mostKept, 2 * accounts.size);
  }

  function add(share: string, count: number, nowMs: number): void {
    if (accounts.size >= dropAtSize) dropFull(nowMs);
    accounts.set(share, { left: Math.min(burst, Math.max(0, leftOf(share, nowMs) + count)), atMs: nowMs });
  }

  return {
    untilMs: (share, nowMs) => Math.max(0, (1 - leftOf(share, nowMs)) / perMs),
    spend: (share, nowMs) => {
      add(share, -1, nowMs);
    },
    refund: (share, nowMs) => {
      add(share, 1, nowMs);
    },
  };
}
