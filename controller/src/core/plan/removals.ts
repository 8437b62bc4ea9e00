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
  /**
   * No label made it leave: its owner has no place here any more, or asks for targets of another kind, or another
   * writer put it there, or its node is taken away.
   */
  readonly isMeant: boolean;
  /** A person has let it go (release-removal.ts), or its rule redirects, so that nothing is sent to it. */
  readonly isReleased: boolean;
}

/** What stays at the place. */
export interface Remaining {
  /** Targets that should carry traffic. */
  readonly wanted: number;
  /** Those of them that the CLB sends to. */
  readonly serving: number;
  /** Those of these that were registered since the removal of the others is withheld. */
  readonly fresh: number;
}

export interface RemovalLimits {
  /** How long a target stays at weight 0 before it is deregistered, when its backend lives on. */
  readonly drainMs: number;
  /** How long a target at weight 0 whose backend has ended waits for others, so that one call deregisters them. */
  readonly gatherMs: number;
  /** How much of what serves at a place may leave at once, in percent, while its pods do not end. */
  readonly brakeSharePercent: number;
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

type Verdict = 'drain' | 'deregister' | 'gather' | 'withhold' | 'stay' | { readonly waitMs: number };

/** After so long a target without a pod is seen to be Dead: three checks at the default 5 s. */
const deadAfterMs = 15_000;

/** For so long nobody is told that targets wait for replacements which are on their way. */
const replacementMs = 60_000;

/**
 * Takes leaving targets off a place without ever making it worse: make before break, and a brake for what looks like an
 * accident. No timer lets go what the brake withholds: only as many that serve, the end of the pods, or a person.
 */
export function judgeRemovals(leavers: readonly Leaver[], remaining: Remaining, limits: RemovalLimits): Removals {
  const leaving = leavers.filter(needsReplacement);
  const braked = leaving.filter(({ isMeant }) => !isMeant).length;
  const isCovered = isReplaced(remaining, leaving.length) && !isMass(remaining, braked, limits);
  const verdicts = leavers.map((leaver) => ({
    leaver,
    verdict: judgeLeaver(leaver, { isCovered, remaining, limits }),
  }));
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

/** Its pod lives, or nobody knows, and the CLB may send to it. */
function needsReplacement({ target, departure, isReleased }: Leaver): boolean {
  const mayServe = target.weight > 0 && target.health !== 'Dead';
  return mayServe && !isReleased && (departure === 'unselected' || departure === 'vanished');
}

/** Make before break: as many serve as leave, or all that are wanted. */
function isReplaced({ wanted, serving }: Remaining, leaving: number): boolean {
  return wanted > 0 && serving >= Math.min(wanted, Math.max(1, leaving));
}

/** The brake: a label with a typing error looks like this, and so does a list of pods that is not whole. */
function isMass({ serving, fresh }: Remaining, leaving: number, { brakeSharePercent }: RemovalLimits): boolean {
  return leaving > fresh && leaving * 100 > brakeSharePercent * (leaving + serving);
}

interface Around {
  readonly isCovered: boolean;
  readonly remaining: Remaining;
  readonly limits: RemovalLimits;
}

function judgeLeaver(leaver: Leaver, around: Around): Verdict {
  switch (leaver.departure) {
    case 'ending':
      return leaver.target.weight === 0 ? 'stay' : 'drain';
    case 'ended':
      return leaver.target.weight === 0 ? 'gather' : 'deregister';
    case 'displaced':
      return 'deregister';
    case 'vanished':
      return judgeVanished(leaver, around);
    case 'unselected':
      return judgeUnselected(leaver, around);
  }
}

/** Where the CLB calls it Dead, two witnesses agree that nothing is there. */
function judgeVanished(leaver: Leaver, { isCovered, limits }: Around): Verdict {
  const { target, isReleased } = leaver;
  if (isCovered || isReleased || target.health === 'Dead') return 'deregister';
  return target.weight === 0 ? waitForDrain(leaver, limits) : 'withhold';
}

function judgeUnselected(leaver: Leaver, { isCovered, remaining, limits }: Around): Verdict {
  const { target, isReleased } = leaver;
  if (target.weight === 0) return waitForDrain(leaver, limits);
  const servesNobody = target.health === 'Dead' && remaining.serving > 0;
  return isCovered || isReleased || servesNobody ? 'drain' : 'withhold';
}

/** Leavers for which replacements are on their way, as after a change of selector; not those that wait for too long. */
export function awaitReplacement(leavers: readonly Leaver[], { wanted }: Remaining): readonly BoundTarget[] {
  return wanted === 0 ? [] : leavers.filter(isAwaited).map(({ target }) => target);
}

function isAwaited({ departure, withheldForMs }: Leaver): boolean {
  return departure === 'unselected' && withheldForMs < replacementMs;
}

function waitForDrain({ zeroForMs }: Leaver, { drainMs }: RemovalLimits): Verdict {
  const waitMs = drainMs - zeroForMs;
  return waitMs <= 0 ? 'deregister' : { waitMs };
}

function dueOf(verdict: Verdict, leaver: Leaver, limits: RemovalLimits): number[] {
  if (typeof verdict === 'object') return [verdict.waitMs];
  if (verdict === 'gather') return [limits.gatherMs - leaver.gatheredForMs];
  if (verdict !== 'withhold') return [];
  if (leaver.departure === 'vanished') return [deadAfterMs];
  // Then it is told.
  return isAwaited(leaver) ? [replacementMs - leaver.withheldForMs] : [];
}
