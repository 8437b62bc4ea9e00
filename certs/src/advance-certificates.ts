import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { inspectMaterial } from './inspect-material.ts';
import type { MakeKeys } from './issue-certificates.ts';
import { isDue } from './judge-certificates.ts';
import { isEmpty, type CertificatePolicy } from './material.ts';
import { carriesAll, readCertificates } from './pem.ts';
import type { RightToWrite } from './right-to-write.ts';
import { judgeRotation, type RotationFacts } from './rotation/judge-rotation.ts';
import { phaseOf, type Phase, type ReplicaHandshake, type StepKind } from './rotation/phase.ts';
import { checkNextCa, readRequest } from './rotation/request.ts';
import { takeStep } from './rotation/take-step.ts';
import { decodeSecret, type StoredCertificates } from './secret-format.ts';
import type { ReadSecret, SecretStore } from './secret-store.ts';
import { followForeignSecret } from './follow-foreign-secret.ts';
import { currentCa, isWhole, judgeStanding, type Standing } from './rotation/standing.ts';
import { startSteadiness, type Steadiness } from './rotation/steadiness.ts';

/** What the certificates are for, and what is known about the world besides the Secret. */
export interface AdvanceOptions {
  readonly store: SecretStore;
  readonly hostName: string;
  readonly hostNames: readonly string[];
  readonly policy: CertificatePolicy;
  /** The API server's clock. */
  nowMs(): number;
  /** A clock that never jumps. */
  monotonicMs(): number;
  readonly settings: RotationSettings;
  /** What this replica serves. */
  memory(): StoredCertificates | undefined;
  /** The bundle of the live registration, PEM; '' = none. */
  publishedBundle(signal: AbortSignal): Promise<string>;
  /** Makes a TLS handshake with each live replica, trusting only this CA (PEM). */
  seeReplicas(ca: string, signal: AbortSignal): Promise<readonly ReplicaHandshake[]>;
  readonly log: Log;
  /** For tests: keys are what takes time. */
  readonly makeKeys?: MakeKeys;
}

export interface RotationSettings {
  /** How long a new CA is published before anything is served under it. */
  readonly publishMs: number;
  /** How long an old CA stays trusted after nothing is served under it. */
  readonly settleMs: number;
  /** `own`: we issue; `secret`: another writer fills the Secret, for example cert-manager. */
  readonly source: 'own' | 'secret';
}

/** The certificates as they are now, and what was done. */
export interface Advanced {
  readonly secret: ReadSecret;
  readonly step?: StepKind;
  /** Why the step was taken. */
  readonly reason?: string;
  /** The step repaired what another writer had done to the Secret. */
  readonly isRepair?: boolean;
  /** What the registration must carry, PEM. */
  readonly bundle: string;
  /** Look again no later than after this. */
  readonly recheckMs: number;
  readonly phase: Phase;
  /** What a person should know, in words. */
  readonly warnings: readonly string[];
}

/** Takes one step of the rotation's state machine per call. */
export interface CertificateKeeper {
  /** Reads the Secret and takes the next step if there is one. A conflict is thrown: call again. */
  advance(held: RightToWrite): Promise<Advanced>;
}

/** Only for the leader. Keeps nothing but what it observed without interruption. */
export function createCertificateKeeper(o: AdvanceOptions): CertificateKeeper {
  const steadiness = startSteadiness(() => o.monotonicMs());

  async function advance(held: RightToWrite): Promise<Advanced> {
    const secret = await o.store.read(held.signal);
    const trusted = await o.publishedBundle(held.signal);
    if (o.settings.source === 'secret') return followForeignSecret(o, { secret, trusted, steadiness }, held.signal);
    return moveOn(o, held, { secret, trusted, steadiness });
  }

  return { advance };
}

/** What was read of the world. */
export interface Seen {
  readonly secret: ReadSecret | undefined;
  readonly trusted: string;
  readonly steadiness: Steadiness;
}

async function moveOn(o: AdvanceOptions, held: RightToWrite, seen: Seen): Promise<Advanced> {
  const stored = seen.secret?.stored ?? decodeSecret({});
  const standing = await standingOf(o, stored, seen.trusted, held.signal);
  const replicas = isWhole(standing) ? await o.seeReplicas(currentCa(stored.material), held.signal) : [];
  const facts = factsOf(o, stored, { ...seen, replicas, standing });
  const verdict = judgeRotation(facts);
  const reported = report(stored, replicas);
  const reason = seen.secret === undefined ? 'there was no Secret' : verdict.reason;
  if (verdict.step === 'wait' && reported === stored && seen.secret !== undefined) {
    return describe(o, seen.secret, verdict.recheckMs);
  }
  const order = {
    hostNames: o.hostNames,
    nowMs: facts.nowMs,
    policy: o.policy,
    hostName: o.hostName,
    makeKeys: o.makeKeys,
  };
  const step = verdict.step === 'wait' ? 'note' : verdict.step;
  const memory = o.memory();
  const after = await takeStep(reported, { ...verdict, reason }, { ...order, memory, trusted: [seen.trusted] });
  const { isRepair = false } = verdict;
  return write(o, held, { secret: seen.secret, stored: after, step, reason, isRepair });
}

// Who serves under what API servers trust matters only when the Secret or this replica does not.
async function standingOf(
  o: AdvanceOptions,
  { material }: StoredCertificates,
  trusted: string,
  signal: AbortSignal,
): Promise<Standing> {
  const facts = { material, memory: o.memory()?.material, trusted, hostName: o.hostName, nowMs: o.nowMs() };
  const standing = judgeStanding({ ...facts, isSeen: false });
  if (standing.isRelied || readCertificates(trusted) === undefined) return standing;
  const handshakes = await o.seeReplicas(trusted, signal);
  return judgeStanding({ ...facts, isSeen: handshakes.some(({ verifies }) => verifies) });
}

function factsOf(
  o: AdvanceOptions,
  stored: StoredCertificates,
  seen: Seen & { replicas: readonly ReplicaHandshake[]; standing: Standing },
): RotationFacts {
  const nowMs = o.nowMs();
  const { rotation, material, next } = stored;
  const { replicas, standing, trusted, steadiness } = seen;
  const phase = phaseOf(stored);
  const isPublished = carriesAll(trusted, material.bundle);
  const isServedByAll = replicas.length > 0 && replicas.every(({ verifies }) => verifies);
  const ownSettle = rotation.settleMs === '' ? Number.NaN : Number(rotation.settleMs);
  const isSteady = isPublished && (phase === 'published' || isServedByAll);
  return {
    nowMs,
    policy: o.policy,
    publishMs: o.settings.publishMs,
    settleMs: ownSettle >= 0 ? ownSettle : o.settings.settleMs,
    phase,
    phaseSinceMs: Date.parse(rotation.phaseSince),
    inspection: inspectMaterial(material, o.hostName),
    standing,
    isFirstStart: isFirstStart(stored, trusted),
    hasExpired: hasExpired(material, nowMs),
    hasNext: next.certificate !== '' || next.key !== '',
    nextProblems: nextProblems(stored, nowMs),
    caSource: rotation.caSource,
    bundleSize: readCertificates(material.bundle)?.length ?? 0,
    request: readRequest(stored.request),
    lastRequest: rotation.lastRequest,
    isPublished,
    isServedByAll,
    steadyMs: steadiness.observe(isSteady ? `${phase} ${material.bundle}` : ''),
  };
}

function isFirstStart({ material, rotation }: StoredCertificates, trusted: string): boolean {
  return isEmpty(material) && rotation.generation === 0 && trusted === '';
}

function hasExpired({ bundle }: StoredCertificates['material'], nowMs: number): boolean {
  return readCertificates(bundle)?.some(({ validToDate }) => validToDate.getTime() <= nowMs) === true;
}

function nextProblems({ next, request }: StoredCertificates, nowMs: number): readonly string[] {
  if (next.certificate === '' && next.key === '') return [];
  if (readRequest(request).request?.kind === 'import') return checkNextCa(next, nowMs);
  return checkNextCa(next, nowMs, 0);
}

// For people, and only when it changes.
function report(stored: StoredCertificates, handshakes: readonly ReplicaHandshake[]): StoredCertificates {
  const sorted = handshakes.toSorted((one, other) => one.pod.localeCompare(other.pod));
  const replicas = handshakes.length === 0 ? stored.replicas : JSON.stringify(sorted);
  return replicas === stored.replicas ? stored : { ...stored, replicas };
}

async function write(
  o: AdvanceOptions,
  held: RightToWrite,
  change: { secret: ReadSecret | undefined; stored: StoredCertificates } & Required<
    Pick<Advanced, 'step' | 'reason' | 'isRepair'>
  >,
): Promise<Advanced> {
  if (!held.isHeld()) throw new Error('The Lease was lost before the certificates were written.');
  const { step, reason, stored, isRepair } = change;
  const message = { step, reason, phase: phaseOf(stored), generation: stored.rotation.generation };
  if (step !== 'note') o.log.warn(message, 'writing the certificates');
  const secret = await o.store.write(change.secret, stored, held.signal);
  return { ...describe(o, secret, afterStepMs), step, reason, isRepair };
}

// The next step may follow at once.
const afterStepMs = 500;

function describe(o: AdvanceOptions, secret: ReadSecret, recheckMs: number): Advanced {
  const { stored } = secret;
  const warnings = importWarnings(o, stored);
  return { secret, bundle: stored.material.bundle, recheckMs, phase: phaseOf(stored), warnings };
}

function importWarnings(o: AdvanceOptions, { rotation, material }: StoredCertificates): string[] {
  const { ca } = inspectMaterial(material, o.hostName);
  if (rotation.caSource !== 'imported' || !isDue(ca, o.nowMs(), o.policy)) return [];
  const end = new Date(ca.validity?.notAfterMs ?? 0).toISOString();
  return [`the imported CA ends at ${end}; import another one, or ask for one of our own with rotate --ca`];
}
