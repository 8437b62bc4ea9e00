import type { Advanced, AdvanceOptions, CertificateKeeper, Seen } from './certificate-keeper.ts';
import { inspectMaterial } from './inspect-material.ts';
import { isDue } from './judge-certificates.ts';
import { trustToo } from './make-material.ts';
import { isEmpty } from './material.ts';
import { carriesAll, readCertificates } from './pem.ts';
import type { RightToWrite } from './right-to-write.ts';
import { judgeRotation, type RotationFacts } from './rotation/judge-rotation.ts';
import { phaseOf, type ReplicaObservation } from './rotation/phase.ts';
import { checkNextCa } from './rotation/check-next-ca.ts';
import { readRequest } from './rotation/request.ts';
import { takeStep } from './rotation/take-step.ts';
import { decodeSecret, type StoredCertificates } from './secret-format.ts';
import type { ReadSecret } from './secret-store.ts';
import { followForeignSecret } from './follow-foreign-secret.ts';
import { currentCa, isWhole, judgeStanding, type Standing } from './rotation/standing.ts';
import { startSteadiness } from './rotation/steadiness.ts';

export type { Advanced, CertificateKeeper } from './certificate-keeper.ts';

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

async function moveOn(o: AdvanceOptions, held: RightToWrite, seen: Seen): Promise<Advanced> {
  const stored = seen.secret?.stored ?? decodeSecret({});
  const standing = await standingOf(o, stored, seen.trusted, held.signal);
  const replicas = isWhole(standing) ? await o.seeReplicas(currentCa(stored.material), held.signal) : [];
  const hasLostCa = await losesReplica(o, stored, { standing, trusted: seen.trusted }, held.signal);
  const facts = factsOf(o, stored, { ...seen, replicas, standing, hasLostCa });
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

/** Whether a replica that API servers accept would be refused once they trust only what the Secret says. */
async function losesReplica(
  o: AdvanceOptions,
  { material }: StoredCertificates,
  { standing, trusted }: { readonly standing: Standing; readonly trusted: string },
  signal: AbortSignal,
): Promise<boolean> {
  if (!isWhole(standing) || carriesAll(material.bundle, trustToo(material, trusted, o.nowMs()).bundle)) return false;
  const [now, then] = await Promise.all([o.seeReplicas(trusted, signal), o.seeReplicas(material.bundle, signal)]);
  const accepted = new Set(now.filter(({ verifies }) => verifies).map(({ pod }) => pod));
  return then.some(({ pod, verifies }) => !verifies && accepted.has(pod));
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
  const observed = await o.seeReplicas(trusted, signal);
  return judgeStanding({ ...facts, isSeen: observed.some(({ verifies }) => verifies) });
}

function factsOf(
  o: AdvanceOptions,
  stored: StoredCertificates,
  seen: Seen & { replicas: readonly ReplicaObservation[]; standing: Standing; hasLostCa: boolean },
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
    hasLostCa: seen.hasLostCa,
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
function report(stored: StoredCertificates, observed: readonly ReplicaObservation[]): StoredCertificates {
  const sorted = observed.toSorted((one, other) => one.pod.localeCompare(other.pod));
  const replicas = observed.length === 0 ? stored.replicas : JSON.stringify(sorted);
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
