import { isDrainOfEnding, type Step } from '../model/step.ts';

/** Gates of an owner that were opened one shortly after the other. In a rolling update each lets one old pod end. */
export interface OpenedGates {
  readonly sinceMs: number;
  readonly count: number;
}

interface Expected {
  /** By the uid of the owner; what has been answered by drains is not there any more. */
  readonly opened: ReadonlyMap<string, OpenedGates>;
  readonly nowMs: number;
  /** How long after the gates the pods end, at most. */
  readonly withinMs: number;
}

/**
 * How long drains wait for others that are about to be due; undefined: they go. A CLB takes one write at a time, so
 * that the second weight 0 would wait for the end of the first, which is longer. Only what comes with a rolling update
 * waits, and never for another owner's pods.
 */
export function waitForDrains(steps: readonly Step[], { opened, nowMs, withinMs }: Expected): number | undefined {
  const drains = steps.filter(isDrainOfEnding);
  if (drains.length === 0 || !steps.every(mayWait)) return undefined;
  const waits = drains.map(({ owners }) => {
    const missing = owners.flatMap((uid) => {
      const gates = opened.get(uid);
      const pods = new Set(drains.filter((drain) => drain.owners.includes(uid)).map(({ target }) => target.ip));
      return gates !== undefined && pods.size < gates.count ? [gates.sinceMs + withinMs - nowMs] : [];
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
