import type { Inspection } from '../inspect-material.ts';
import { isDue } from '../judge-certificates.ts';
import type { CertificatePolicy } from '../material.ts';
import type { Phase, StepKind } from './phase.ts';
import type { ReadRequest } from './request.ts';
import { faultsOf, isWhole, leafHolds, type Standing } from './standing.ts';

/** Everything that the next step depends on. */
export interface RotationFacts {
  /** The API server's clock. */
  readonly nowMs: number;
  readonly policy: CertificatePolicy;
  readonly publishMs: number;
  readonly settleMs: number;
  readonly phase: Phase;
  /** NaN = not written, or no date. */
  readonly phaseSinceMs: number;
  readonly inspection: Inspection;
  readonly standing: Standing;
  /** A replica is served under a CA that API servers trust and the Secret lacks: an earlier Secret was put back. */
  readonly hasLostCa: boolean;
  /** There never were certificates, as far as Secret and registration know. */
  readonly isFirstStart: boolean;
  /** An old CA in the bundle has ended. */
  readonly hasExpired: boolean;
  readonly hasNext: boolean;
  /** What is wrong with the next CA; empty when there is none. */
  readonly nextProblems: readonly string[];
  readonly caSource: 'made' | 'imported';
  /** Certificates in the bundle. */
  readonly bundleSize: number;
  readonly request: ReadRequest;
  readonly lastRequest: string;
  /** The registration was read back and carries every CA of the bundle. */
  readonly isPublished: boolean;
  /** Every live replica, at least one, was seen serving a chain that the current CA alone vouches for. */
  readonly isServedByAll: boolean;
  /**
   * For how long this, when an old CA is to go, or the publication alone, was seen without interruption by a clock that
   * never jumps.
   */
  readonly steadyMs: number;
}

/** What to do now, why, and when to look again. */
export interface RotationVerdict {
  readonly step: StepKind | 'wait';
  readonly reason: string;
  readonly recheckMs: number;
  /** Where the CA to publish comes from. */
  readonly from?: NextFrom;
  /** What the Secret holds is of no use beside it: what API servers trust is put in its place. */
  readonly isRebuilt?: boolean;
  /** It was not requested and not due: the Secret was deleted, broken, or filled by another program. */
  readonly isRepair?: boolean;
}

/** `new`: made now; `next`: it lies in the Secret as the next one; `secret` and `memory`: the current one of those. */
export type NextFrom = 'new' | 'next' | 'secret' | 'memory';

/** More trusted CAs than these are never published; a registration is read by every API server all the time. */
export const maxBundle = 4;
const calmMs = 60_000;
const busyMs = 1_000;
// An API server's date counts whole seconds.
const clockToleranceMs = 5_000;
// For how long everything must have been correct without interruption, whatever the wall clock says.
const longestSteadyMs = 10_000;
const lastMomentMs = 3_600_000;

/**
 * Judges where the certificates stand. What serves is repaired first, then people's wishes, then the rotation, then
 * renewal.
 */
export function judgeRotation(facts: RotationFacts): RotationVerdict {
  if (!isWhole(facts.standing)) return facts.isFirstStart ? judgeFaults(facts) : markRepair(judgeFaults(facts));
  if (facts.hasLostCa)
    return { ...take('trust', 'replicas are served under a CA that the Secret lacks'), isRepair: true };
  return judgeRequest(facts) ?? judgeLeftovers(facts) ?? judgeMove(facts) ?? judgeRenewal(facts) ?? rest(facts);
}

function take(step: StepKind, reason: string): RotationVerdict {
  return { step, reason, recheckMs: busyMs };
}

function publish(from: NextFrom, reason: string): RotationVerdict {
  return { ...take('publish', reason), from };
}

const repairs: ReadonlySet<RotationVerdict['step']> = new Set(['restore', 'emergency', 'publish']);

function markRepair(verdict: RotationVerdict): RotationVerdict {
  return repairs.has(verdict.step) ? { ...verdict, isRepair: true } : verdict;
}

function judgeFaults(facts: RotationFacts): RotationVerdict {
  const { standing } = facts;
  const reason = faultsOf(standing).join('; ');
  if (canMendLeaf(standing)) return take('renew-leaf', reason);
  if (standing.memory === 'trusted') return take('restore', reason);
  const isNextReady = facts.phase === 'published' && facts.nextProblems.length === 0;
  return standing.isRelied ? judgeRelied(facts, isNextReady) : judgeLost(standing, isNextReady, reason);
}

// What this replica serves is better than a new leaf under the same CA: it changes nothing for API servers.
function canMendLeaf({ caFaults, isCaTrusted, isRelied, memory, isMemoryOfSameCa }: Standing): boolean {
  const hasSameInMemory = memory !== 'none' && isMemoryOfSameCa;
  return caFaults.length === 0 && (isCaTrusted || !isRelied) && !hasSameInMemory;
}

/** API servers are served under what they trust: nothing is served under another CA before they trust that one too. */
function judgeRelied(facts: RotationFacts, isNextReady: boolean): RotationVerdict {
  const { standing } = facts;
  if (isNextReady) return judgeMove(facts) ?? rest(facts);
  const from = standing.caFaults.length === 0 ? 'secret' : memorySource(standing);
  return { ...publish(from, faultsOf(standing).join('; ')), isRebuilt: !leafHolds(standing) };
}

/** No API server is served, so there is nothing to wait for. */
function judgeLost({ memory }: Standing, isNextReady: boolean, reason: string): RotationVerdict {
  if (isNextReady) return take('switch', reason);
  return take(memory === 'none' ? 'emergency' : 'restore', reason);
}

function memorySource({ memory }: Standing): NextFrom {
  return memory === 'none' ? 'new' : 'memory';
}

function judgeRequest(facts: RotationFacts): RotationVerdict | undefined {
  const { request, problem } = facts.request;
  if (problem !== undefined) return take('refuse', problem);
  if (request === undefined) return undefined;
  const reason = request.reason === '' ? 'it was requested' : request.reason;
  if (request.id === facts.lastRequest) return take('note', reason);
  const hasRoom = facts.bundleSize < maxBundle;
  if (request.kind === 'leaf') return take('renew-leaf', reason);
  if (request.kind === 'import') return judgeImport(facts, hasRoom, reason);
  // The rotation that runs gives a new CA already.
  if (facts.phase === 'published') return take('note', reason);
  return hasRoom ? publish('new', reason) : undefined;
}

function judgeImport({ nextProblems }: RotationFacts, hasRoom: boolean, reason: string): RotationVerdict | undefined {
  if (nextProblems.length > 0) return take('refuse', nextProblems.join('; '));
  return hasRoom ? publish('next', reason) : undefined;
}

/** What a rotation that was disturbed left behind. */
function judgeLeftovers(facts: RotationFacts): RotationVerdict | undefined {
  if (facts.hasExpired) return take('tidy', 'an old CA has ended');
  if (!facts.hasNext || facts.request.request?.kind === 'import') return undefined;
  if (facts.nextProblems.length > 0) return take('tidy', `the next CA: ${facts.nextProblems.join('; ')}`);
  if (facts.phase === 'published') return undefined;
  return facts.bundleSize < maxBundle ? publish('next', 'the next CA was not published') : undefined;
}

function judgeMove(facts: RotationFacts): RotationVerdict | undefined {
  if (facts.phase === 'stable') return undefined;
  // A date that is missing, or of a clock that ran ahead, would end the wait too soon or never.
  if (!(facts.phaseSinceMs <= facts.nowMs + clockToleranceMs)) return take('note', 'the wait begins again');
  const waitedMs = facts.nowMs - facts.phaseSinceMs;
  const waitMs = facts.phase === 'published' ? facts.publishMs : facts.settleMs;
  const isOver = waitedMs >= waitMs && facts.steadyMs >= Math.min(waitMs, longestSteadyMs);
  if (!isOver || !facts.isPublished) return undefined;
  if (facts.phase === 'published') return take('switch', 'the next CA is trusted');
  return facts.isServedByAll ? take('finish', 'nothing is served under the old CA') : undefined;
}

function judgeRenewal(facts: RotationFacts): RotationVerdict | undefined {
  const { inspection, nowMs, policy } = facts;
  const isFree = facts.phase !== 'published' && facts.bundleSize < maxBundle;
  if (isFree && isCaDue(facts)) return publish('new', endOf('CA', inspection.ca));
  // A leaf that ends with its CA cannot get better before the CA does.
  const isClipped = inspection.leaf.validity?.notAfterMs === inspection.ca.validity?.notAfterMs;
  if (!isClipped && isDue(inspection.leaf, nowMs, policy)) return take('renew-leaf', endOf('leaf', inspection.leaf));
  return undefined;
}

// Its owner renews an imported CA. Only in its last hour is one of ours got ready: nothing must end
// unattended.
function isCaDue({ inspection, nowMs, policy, caSource }: RotationFacts): boolean {
  if (caSource === 'made') return isDue(inspection.ca, nowMs, policy);
  return nowMs >= (inspection.ca.validity?.notAfterMs ?? 0) - lastMomentMs;
}

function endOf(role: string, { validity }: Inspection['ca']): string {
  return `the ${role} ends at ${new Date(validity?.notAfterMs ?? 0).toISOString()}`;
}

function rest({ phase, phaseSinceMs, settleMs, nowMs }: RotationFacts): RotationVerdict {
  if (phase === 'stable') return { step: 'wait', reason: '', recheckMs: calmMs };
  const leftMs = phase === 'settling' ? phaseSinceMs + settleMs - nowMs - longestSteadyMs : 0;
  return { step: 'wait', reason: '', recheckMs: Math.min(calmMs, Math.max(busyMs, leftMs)) };
}
