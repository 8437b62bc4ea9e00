import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { MakeKeys } from './issue-certificates.ts';
import type { CertificatePolicy } from './material.ts';
import type { RightToWrite } from './right-to-write.ts';
import type { Phase, ReplicaObservation, StepKind } from './rotation/phase.ts';
import type { Steadiness } from './rotation/steadiness.ts';
import type { StoredCertificates } from './secret-format.ts';
import type { ReadSecret, SecretStore } from './secret-store.ts';

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
  /** Shakes hands with every live replica, trusting only this CA (PEM). */
  seeReplicas(ca: string, signal: AbortSignal): Promise<readonly ReplicaObservation[]>;
  readonly log: Log;
  /** For tests: keys are what takes time. */
  readonly makeKeys?: MakeKeys;
}

export interface RotationSettings {
  /** How long a new CA is published before anything is served under it. */
  readonly publishMs: number;
  /** How long an old CA stays trusted after nothing is served under it. */
  readonly settleMs: number;
  /** `own`: we issue; `secret`: another program writes the Secret, cert-manager for example. */
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
  /** What needs attention, in words. */
  readonly warnings: readonly string[];
}

/** Takes one step of the rotation's state machine per call. */
export interface CertificateKeeper {
  /** Reads the Secret and takes the next step if there is one. A conflict is thrown: call again. */
  advance(held: RightToWrite): Promise<Advanced>;
}

/** What was read of the world. */
export interface Seen {
  readonly secret: ReadSecret | undefined;
  readonly trusted: string;
  readonly steadiness: Steadiness;
}
