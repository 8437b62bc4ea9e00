import type { Departure } from '../model/backend.ts';
import type { BoundTarget } from '../model/observed.ts';

export interface Leaver {
  readonly target: BoundTarget;
  readonly departure: Departure;
  /** How long it has been at weight 0, as far as we have watched. */
  readonly zeroForMs: number;
  /** How long it has waited for others that leave. */
  readonly gatheredForMs: number;
  /** How long its removal has been withheld. */
  readonly withheldForMs: number;
}

/** What stays at the place. */
export interface Remaining {
  /** Targets that should carry traffic. */
  readonly wanted: number;
  /** Those of them that the CLB sends to. */
  readonly serving: number;
}

export interface RemovalLimits {
  /** How long a target stays at weight 0 before it is deregistered, when its backend lives on. */
  readonly drainMs: number;
  /** How long a target at weight 0 whose backend has ended waits for others, so that one call deregisters them. */
  readonly gatherMs: number;
  /** How long a removal that looks like an accident is withheld. */
  readonly brakeHoldMs: number;
  /** How long the places of an owner that moved stay as they are after its new ones carry. */
  readonly moveKeepMs: number;
}

export interface Removals {
  readonly drain: readonly Leaver[];
  readonly deregister: readonly Leaver[];
  readonly withheld: readonly BoundTarget[];
  /** They wait for others that leave. */
  readonly gathered: readonly BoundTarget[];
  /** When a waiting step comes due. */
  readonly dueInMs: number | undefined;
}

type Verdict = 'drain' | 'deregister' | 'gather' | 'withhold' | { readonly waitMs: number };

/**
 * Takes leaving targets off a place without ever making it worse: make before break, and a brake for what looks like an
 * accident.
 */
export function judgeRemovals(leavers: readonly Leaver[], remaining: Remaining, limits: RemovalLimits): Removals {
  const replaceable = leavers.filter(({ departure }) => departure !== 'ended' && departure !== 'displaced').length;
  const covered = isCovered(remaining, replaceable);
  const verdicts = leavers.map((leaver) => ({ leaver, verdict: judgeLeaver(leaver, covered, remaining, limits) }));
  const judged = gatherOrGo(verdicts, limits);
  const pick = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).map(({ leaver }) => leaver);
  const waits = judged.flatMap(({ verdict, leaver }) => dueOf(verdict, leaver, limits));
  return {
    drain: pick('drain'),
    deregister: pick('deregister'),
    withheld: pick('withhold').map(({ target }) => target),
    gathered: pick('gather').map(({ target }) => target),
    dueInMs: waits.length === 0 ? undefined : Math.min(...waits),
  };
}

interface Judged {
  readonly leaver: Leaver;
  readonly verdict: Verdict;
}

/** One that must leave now takes the others along: the call costs the same. */
function gatherOrGo(judged: readonly Judged[], { gatherMs }: RemovalLimits): readonly Judged[] {
  const isDue = judged.some(
    ({ verdict, leaver }) => verdict === 'deregister' || (verdict === 'gather' && leaver.gatheredForMs >= gatherMs),
  );
  if (!isDue) return judged;
  return judged.map((one) => (one.verdict === 'gather' ? { ...one, verdict: 'deregister' } : one));
}

/** Enough of what stays is serving to do without what leaves. */
function isCovered({ wanted, serving }: Remaining, leaving: number): boolean {
  return wanted > 0 && serving >= Math.min(wanted, Math.max(1, leaving));
}

function judgeLeaver(leaver: Leaver, covered: boolean, remaining: Remaining, limits: RemovalLimits): Verdict {
  switch (leaver.departure) {
    case 'ended':
      return leaver.target.weight === 0 ? 'gather' : 'deregister';
    case 'displaced':
      return 'deregister';
    case 'vanished':
      return covered || leaver.withheldForMs >= limits.brakeHoldMs ? 'deregister' : 'withhold';
    case 'unselected':
      return judgeUnselected(leaver, covered || isOverdue(leaver, remaining, limits), limits);
  }
}

/**
 * With nothing to take over, only time distinguishes intent from accident; while something is on its way, we wait.
 */
function isOverdue(leaver: Leaver, remaining: Remaining, limits: RemovalLimits): boolean {
  return remaining.wanted === 0 && leaver.withheldForMs >= limits.brakeHoldMs;
}

/** Leavers for which replacements are on their way, as after a change of selector; not those that wait for too long. */
export function awaitReplacement(
  leavers: readonly Leaver[],
  { wanted }: Remaining,
  { brakeHoldMs }: RemovalLimits,
): readonly BoundTarget[] {
  if (wanted === 0) return [];
  const awaited = leavers.filter((one) => one.departure === 'unselected' && one.withheldForMs < brakeHoldMs);
  return awaited.map(({ target }) => target);
}

function judgeUnselected(leaver: Leaver, mayLeave: boolean, limits: RemovalLimits): Verdict {
  if (leaver.target.weight > 0) return mayLeave ? 'drain' : 'withhold';
  const waitMs = limits.drainMs - leaver.zeroForMs;
  return waitMs <= 0 ? 'deregister' : { waitMs };
}

function dueOf(verdict: Verdict, leaver: Leaver, limits: RemovalLimits): number[] {
  if (typeof verdict === 'object') return [verdict.waitMs];
  if (verdict === 'gather') return [limits.gatherMs - leaver.gatheredForMs];
  const leftMs = limits.brakeHoldMs - leaver.withheldForMs;
  return verdict === 'withhold' && leftMs > 0 ? [leftMs] : [];
}
