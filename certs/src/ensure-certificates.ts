import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { inspectMaterial } from './inspect-material.ts';
import { judgeCertificates, type CertificateVerdict } from './judge-certificates.ts';
import { makeEverything, renewLeaf } from './make-material.ts';
import type { CertificatePolicy, Material } from './material.ts';
import type { RightToWrite } from './right-to-write.ts';
import { stablePhase, type StoredCertificates } from './secret-format.ts';
import type { ReadSecret, SecretStore } from './secret-store.ts';

/** What the certificates are for, and what is known about them besides the Secret. */
export interface EnsureOptions {
  readonly store: SecretStore;
  readonly hostName: string;
  readonly hostNames: readonly string[];
  readonly policy: CertificatePolicy;
  nowMs(): number;
  /** What this replica serves. */
  memory(): StoredCertificates | undefined;
  /** The bundle that API servers trust now: other replicas may serve under its CAs. PEM, '' = none. */
  trustedBundle(signal: AbortSignal): Promise<string>;
  readonly log: Log;
}

export type { RightToWrite } from './right-to-write.ts';

export type SecretRepair = 'restored' | 'issue-leaf' | 'issue-everything';

/** The Secret as it is now, and what was done to it. */
export interface Ensured {
  readonly secret: ReadSecret;
  readonly repair?: SecretRepair;
}

/** Reads the Secret and replaces what is missing, broken or near its end. Only for the Lease holder. */
export async function ensureCertificates(o: EnsureOptions, held: RightToWrite): Promise<Ensured> {
  const secret = await o.store.read(held.signal);
  const verdict = judge(o, secret?.stored.material);
  if (secret !== undefined && verdict.kind === 'keep') return { secret };
  return replace(o, secret, verdict.kind === 'keep' ? noSecret : verdict, held);
}

type Fault = Exclude<CertificateVerdict, { kind: 'keep' }>;

const noSecret: Fault = { kind: 'issue-everything', reason: 'there was no Secret' };

function judge(o: EnsureOptions, material: Material | undefined): CertificateVerdict {
  const inspection = material && inspectMaterial(material, o.hostName);
  return judgeCertificates(inspection, o.nowMs(), o.policy);
}

async function replace(
  o: EnsureOptions,
  secret: ReadSecret | undefined,
  fault: Fault,
  held: RightToWrite,
): Promise<Ensured> {
  const restored = restorable(o);
  const stored = restored ?? (await makeStored(o, secret?.stored, fault, held.signal));
  if (!held.isHeld()) throw new Error('The Lease was lost before the certificates were written.');
  const repair = restored === undefined ? fault.kind : 'restored';
  o.log.warn({ repair, reason: fault.reason, generation: stored.rotation.generation }, 'writing the certificates');
  return { secret: await o.store.write(secret, stored, held.signal), repair };
}

// The same bytes again change nothing for the API servers and the other replicas.
function restorable(o: EnsureOptions): StoredCertificates | undefined {
  const memory = o.memory();
  return judge(o, memory?.material).kind === 'keep' ? memory : undefined;
}

async function makeStored(
  o: EnsureOptions,
  secret: StoredCertificates | undefined,
  fault: Fault,
  signal: AbortSignal,
): Promise<StoredCertificates> {
  const nowMs = o.nowMs();
  const since = { phase: stablePhase, phaseSince: new Date(nowMs).toISOString(), reason: fault.reason };
  if (fault.kind === 'issue-leaf' && secret !== undefined) {
    const rotation = { ...since, generation: secret.rotation.generation };
    return { material: await renewLeaf(secret.material, { ...o, nowMs }), rotation };
  }
  const rotation = { ...since, generation: lastGeneration(o, secret) + 1 };
  const trusted = [o.memory()?.material.bundle ?? '', await o.trustedBundle(signal)];
  const previous = previousMaterial(o, secret?.material);
  return { material: await makeEverything({ ...o, ...rotation, nowMs, previous, trusted }), rotation };
}

function lastGeneration(o: EnsureOptions, secret: StoredCertificates | undefined): number {
  return Math.max(secret?.rotation.generation ?? 0, o.memory()?.rotation.generation ?? 0);
}

// Which CA may vouch for the new one: the Secret's if it is sound, else the one in memory.
function previousMaterial(o: EnsureOptions, material: Material | undefined): Material | undefined {
  const isSound = material !== undefined && inspectMaterial(material, o.hostName).ca.problems.length === 0;
  return isSound ? material : (o.memory()?.material ?? material);
}
