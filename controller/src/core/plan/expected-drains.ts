import { isDrainOfEnding, type Step } from '../model/step.ts';

/** What an owner's rolling update is about to bring: each gate that opens lets one old pod end. */
export interface ExpectedDrains {
  /** Gates that were opened lately, less the drains since. */
  readonly count: number;
  /** When the first drain that waits for the others was due. */
  readonly sinceMs: number;
}

interface Expected {
  /** By the uid of the owner. */
  readonly expected: ReadonlyMap<string, ExpectedDrains>;
  readonly nowMs: number;
  /** How long the first one waits, at most. */
  readonly withinMs: number;
}

/**
 * How long drains wait for others that are about to be due; undefined: they go. A CLB takes one write at a time, so
 * that the second weight 0 would wait for the end of the first, which is longer. Only what comes with a rolling update
 * waits, and never for another owner's pods.
 */
export function waitForDrains(steps: readonly Step[], { expected, nowMs, withinMs }: Expected): number | undefined {
  const drains = steps.filter(isDrainOfEnding);
  if (drains.length === 0 || !steps.every(mayWait)) return undefined;
  const waits = drains.map(({ owners }) => {
    const missing = owners.flatMap((uid) => {
      const { count, sinceMs } = expected.get(uid) ?? { count: 0, sinceMs: 0 };
      const pods = new Set(drains.filter((drain) => drain.owners.includes(uid)).map(({ target }) => target.ip));
      return pods.size < count ? [sinceMs + withinMs - nowMs] : [];
    });
    return Math.max(0, ...missing);
  });
  // One that waits for nobody takes the others along: the call costs the same.
  const waitMs = Math.min(...waits);
  return waitMs > 0 ? waitMs : undefined;
}

function mayWait(step: Step): boolean {
  const isUsual = step.reason === 'backend-ready' || step.reason === 'backend-ended';
  return isDrainOfEnding(step) || (isUsual && (step.kind === 'register' || step.kind === 'deregister'));
}
