/** The cloud has said that there is no such CLB, and has shown it never since. */
export interface Absence {
  /** By a clock that never jumps. */
  readonly sinceMs: number;
  readonly answers: number;
  /** This process has seen the CLB before: region and credentials were right then. */
  readonly wasSeen: boolean;
  /** It counts as deleted. */
  readonly isProven: boolean;
}

/** How long the answer must have been the same. */
export interface AbsenceLimits {
  readonly seenBeforeMs: number;
  readonly neverSeenMs: number;
}

export const absenceLimits: AbsenceLimits = { seenBeforeMs: 120_000, neverSeenMs: 600_000 };

const fewestAnswers = 3;

/**
 * A wrong REGION and a CAM policy that hides a CLB give the answer that a deleted one gives, so one answer proves
 * nothing, and lets no listener be forgotten. After a while it counts: nobody's deletion waits for ever.
 */
export function absenceAfter(
  before: { readonly absence: Absence | undefined; readonly isKnown: boolean },
  nowMs: number,
  limits: AbsenceLimits,
): Absence {
  const { sinceMs = nowMs, answers = 0, wasSeen = before.isKnown } = before.absence ?? {};
  const next = { sinceMs, answers: answers + 1, wasSeen };
  return { ...next, isProven: next.answers >= fewestAnswers && nowMs - sinceMs >= proofMs(next, limits) };
}

/** For how long the answer must be the same. */
export function proofMs({ wasSeen }: Pick<Absence, 'wasSeen'>, limits: AbsenceLimits): number {
  return wasSeen ? limits.seenBeforeMs : limits.neverSeenMs;
}
