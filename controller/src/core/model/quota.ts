/** How much the account may have. Left out: not known, so that it is tried, and the CLB's answer counts. */
export interface Quota {
  /** On one CLB, those of all its users together. */
  readonly listeners?: number;
  /** On one listener. */
  readonly rules?: number;
  /** At one place: a listener without rules, or a rule. At weight 0 a target counts as well. */
  readonly targets?: number;
}

/** Nothing has been read yet, or the account may not read it. */
export const unknownQuota: Quota = {};
