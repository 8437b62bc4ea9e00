import { isDue } from '../judge-certificates.ts';
import { problemsAt, type Inspection } from '../inspect-material.ts';
import type { CertificatePolicy } from '../material.ts';
import type { Phase, StepKind } from './phase.ts';
import type { ReadRequest } from './request.ts';

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
  /** For how long the two were seen without interruption, by a clock that never jumps. */
  readonly steadyMs: number;
}

/** What to do now, why, and when to look again. */
export interface RotationVerdict {
  readonly step: Exclude<StepKind, 'restore'> | 'wait';
  readonly reason: string;
  readonly recheckMs: number;
}

/** More trusted CAs than these are never published; a registration is read by every API server all the time. */
export const maxBundle = 4;
const calmMs = 60_000;
const busyMs = 1_000;
// An API server's date counts whole seconds.
const clockToleranceMs = 5_000;
// So long the world must have looked right without interruption, whatever the wall clock says.
const longestSteadyMs = 10_000;

/** Judges where the certificates stand. What serves is repaired first, then people's wishes, then the rotation, then renewal. */
export function judgeRotation(facts: RotationFacts): RotationVerdict {
  return judgeFaults(facts) ?? judgeRequest(facts) ?? judgeMove(facts) ?? judgeRenewal(facts) ?? rest(facts);
}

function take(step: RotationVerdict['step'], reason: string): RotationVerdict {
  return { step, reason, recheckMs: busyMs };
}

function judgeFaults({ inspection, nowMs, nextProblems, request }: RotationFacts): RotationVerdict | undefined {
  const caProblems = problemsAt('CA', inspection.ca, nowMs);
  if (caProblems.length > 0) return take('emergency', caProblems.join('; '));
  const leafProblems = problemsAt('leaf', inspection.leaf, nowMs);
  if (leafProblems.length > 0) return take('renew-leaf', leafProblems.join('; '));
  const isImport = request.request?.kind === 'import';
  if (nextProblems.length > 0 && !isImport) return take('tidy', `the next CA: ${nextProblems.join('; ')}`);
  return undefined;
}

function judgeRequest(facts: RotationFacts): RotationVerdict | undefined {
  const { request, problem } = facts.request;
  if (problem !== undefined) return take('refuse', problem);
  if (request === undefined) return undefined;
  const reason = request.reason === '' ? 'somebody asked for it' : request.reason;
  if (request.id === facts.lastRequest) return take('note', reason);
  if (request.kind === 'leaf') return take('renew-leaf', reason);
  if (request.kind === 'import') return facts.nextProblems.length > 0 ? refuse(facts) : take('publish', reason);
  // The rotation that runs gives a new CA already.
  if (facts.phase === 'published') return take('note', reason);
  return facts.bundleSize < maxBundle ? take('publish', reason) : undefined;
}

function refuse(facts: RotationFacts): RotationVerdict {
  return take('refuse', facts.nextProblems.join('; '));
}

function judgeMove(facts: RotationFacts): RotationVerdict | undefined {
  if (facts.phase === 'stable') return undefined;
  // A date that nobody wrote, or of a clock that ran ahead, would end the wait too soon or never.
  if (!(facts.phaseSinceMs <= facts.nowMs + clockToleranceMs)) return take('note', 'the wait begins again');
  const waitedMs = facts.nowMs - facts.phaseSinceMs;
  if (facts.phase === 'published') {
    return facts.isPublished && waitedMs >= facts.publishMs ? take('switch', 'the next CA is trusted') : undefined;
  }
  const isSteady = facts.steadyMs >= Math.min(facts.settleMs, longestSteadyMs);
  const canFinish = facts.isPublished && facts.isServedByAll && isSteady && waitedMs >= facts.settleMs;
  return canFinish ? take('finish', 'nothing is served under the old CA any more') : undefined;
}

function judgeRenewal(facts: RotationFacts): RotationVerdict | undefined {
  const { inspection, nowMs, policy } = facts;
  const mayRotate = facts.caSource === 'made' && facts.phase !== 'published' && facts.bundleSize < maxBundle;
  if (mayRotate && isDue(inspection.ca, nowMs, policy)) return take('publish', endOf('CA', inspection.ca));
  // A leaf that ends with its CA cannot get better before the CA does.
  const isClipped = inspection.leaf.validity?.notAfterMs === inspection.ca.validity?.notAfterMs;
  if (!isClipped && isDue(inspection.leaf, nowMs, policy)) return take('renew-leaf', endOf('leaf', inspection.leaf));
  return undefined;
}

function endOf(role: string, { validity }: Inspection['ca']): string {
  return `the ${role} ends at ${new Date(validity?.notAfterMs ?? 0).toISOString()}`;
}

function rest({ phase, phaseSinceMs, settleMs, nowMs }: RotationFacts): RotationVerdict {
  if (phase === 'stable') return { step: 'wait', reason: '', recheckMs: calmMs };
  const leftMs = phase === 'settling' ? phaseSinceMs + settleMs - nowMs - longestSteadyMs : 0;
  return { step: 'wait', reason: '', recheckMs: Math.min(calmMs, Math.max(busyMs, leftMs)) };
}
