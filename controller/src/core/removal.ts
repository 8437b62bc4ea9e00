import type { ObservedTarget } from './clb-port.ts';

/**
 * Why a target that nobody wants is nobody's.
 * ended: we saw its pod end; unselected: its pod lives on; vanished: no such pod, and we did not see it end.
 */
export type Departure = 'ended' | 'unselected' | 'vanished';

export interface Leaver {
  readonly target: ObservedTarget;
  readonly departure: Departure;
  /** How long it has been at weight 0, as far as we have watched. */
  readonly zeroForMs: number;
  /** How long its removal has been held back. */
  readonly heldForMs: number;
}

/** What stays on the listener. */
export interface Remaining {
  /** Targets that should carry traffic. */
  readonly wanted: number;
  /** Those of them that the CLB sends to. */
  readonly serving: number;
}

export interface RemovalLimits {
  /** How long a target stays at weight 0 before it is taken off, when its pod lives on. */
  readonly drainMs: number;
  /** How long a removal that looks like an accident is held back. */
  readonly brakeHoldMs: number;
}

export interface Removals {
  readonly drain: readonly ObservedTarget[];
  readonly deregister: readonly ObservedTarget[];
  readonly withheld: readonly ObservedTarget[];
  /** When a waiting step comes due. */
  readonly dueInMs: number | undefined;
}

type Step = 'drain' | 'deregister' | 'withhold' | { readonly waitMs: number };

/** Takes leaving targets off a listener without ever making it worse: make before break, and a brake for what looks like an accident. */
export function judgeRemovals(leavers: readonly Leaver[], remaining: Remaining, limits: RemovalLimits): Removals {
  const replaceable = leavers.filter((leaver) => leaver.departure !== 'ended').length;
  const covered = isCovered(remaining, replaceable);
  const steps = leavers.map((leaver) => ({
    target: leaver.target,
    step: judgeLeaver(leaver, covered, remaining, limits),
    leaver,
  }));
  const pick = (step: Step) => steps.filter((entry) => entry.step === step).map((entry) => entry.target);
  const waits = steps.flatMap(({ step, leaver }) => dueOf(step, leaver, limits));
  return {
    drain: pick('drain'),
    deregister: pick('deregister'),
    withheld: pick('withhold'),
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

/** Enough of what stays is serving to do without what leaves. */
function isCovered({ wanted, serving }: Remaining, leaving: number): boolean {
  return wanted > 0 && serving >= Math.min(wanted, Math.max(1, leaving));
}

function judgeLeaver(leaver: Leaver, covered: boolean, remaining: Remaining, limits: RemovalLimits): Step {
  switch (leaver.departure) {
    case 'ended':
      return 'deregister';
    case 'vanished':
      return covered || leaver.heldForMs >= limits.brakeHoldMs ? 'deregister' : 'withhold';
    case 'unselected':
      return judgeUnselected(leaver, covered || isOverdue(leaver, remaining, limits), limits);
  }
}

/** With nothing to take over, only time tells a wish from an accident; while something is on its way, we wait for it. */
function isOverdue(leaver: Leaver, remaining: Remaining, limits: RemovalLimits): boolean {
  return remaining.wanted === 0 && leaver.heldForMs >= limits.brakeHoldMs;
}

function judgeUnselected(leaver: Leaver, mayLeave: boolean, limits: RemovalLimits): Step {
  if (leaver.target.weight > 0) return mayLeave ? 'drain' : 'withhold';
  const waitMs = limits.drainMs - leaver.zeroForMs;
  return waitMs <= 0 ? 'deregister' : { waitMs };
}

function dueOf(step: Step, leaver: Leaver, limits: RemovalLimits): number[] {
  if (typeof step === 'object') return [step.waitMs];
  const leftMs = limits.brakeHoldMs - leaver.heldForMs;
  return step === 'withhold' && leftMs > 0 ? [leftMs] : [];
}
