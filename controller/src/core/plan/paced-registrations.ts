import type { Step } from '../model/step.ts';
import type { Memory } from './memory.ts';

interface Pace {
  readonly nowMs: number;
  /** Between two registrations on one CLB. */
  readonly paceMs: number;
}

interface Paced {
  readonly steps: readonly Step[];
  /** How long the registrations that are left out wait; undefined: none is left out. */
  readonly waitMs: number | undefined;
}

/**
 * The first registration goes at once; those that come within the pace after it go together, because each call keeps
 * the CLB from the next weight 0. One that follows its deregistration at a reused address never waits.
 */
export function pacedRegistrations(steps: readonly Step[], { registeredAtMs }: Memory, { nowMs, paceMs }: Pace): Paced {
  const lastMs = [...registeredAtMs.values()].reduce((latest, atMs) => Math.max(latest, atMs), -Infinity);
  const waitMs = lastMs + paceMs - nowMs;
  const mayWait = waitMs > 0 && steps.every(({ reason }) => reason !== 'address-reused');
  const urgent = mayWait ? steps.filter(({ kind }) => kind !== 'register') : steps;
  return { steps: urgent, waitMs: urgent.length < steps.length ? waitMs : undefined };
}
