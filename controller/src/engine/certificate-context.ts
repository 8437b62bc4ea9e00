import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import type { KnownUpload } from '../core/lifecycle/judge-certificates.ts';
import type { ClbPort } from '../core/model/clb-port.ts';
import type { ClusterView, PairReader, Reporter } from '../core/model/cluster-port.ts';
import type { Upload } from '../core/model/tls-pair.ts';

export interface CertificateTimes {
  /** For so long a certificate stays that nobody needs: a Secret may come back. */
  readonly unneededMs: number;
  /** Between looks while nothing changes. */
  readonly resyncMs: number;
}

export interface CertificateLoopOptions {
  readonly clb: ClbPort;
  readonly cluster: ClusterView;
  readonly pairs: PairReader;
  readonly reporter: Reporter;
  readonly clusterId: string;
  readonly times: CertificateTimes;
  readonly log: Log;
  /** By the API server's clock. */
  readonly nowMs: () => number;
  /** By a clock that never jumps. */
  readonly monotonicMs: () => number;
}

/** What is kept from run to run; losing it costs a look, and the wait before a deletion once more. */
export interface CertificateMemory {
  /** By fingerprint. */
  readonly known: Map<string, KnownUpload>;
  /** By fingerprint: those whose upload failed. */
  readonly pauses: Map<string, { readonly failures: number; readonly untilMs: number }>;
  /** By id. */
  readonly unneededSinceMs: Map<string, number>;
  /** Fingerprints of which owners were told something. */
  readonly told: Set<string>;
  /** Certificates of ours may be in the SSL product. */
  mayStand: boolean;
  /** When one was last uploaded: until the list has to show it, an empty list says nothing. */
  askedAtMs: number | undefined;
}

export interface CertificateRun extends CertificateLoopOptions {
  readonly memory: CertificateMemory;
  readonly signal: AbortSignal;
}

export function emptyCertificateMemory(): CertificateMemory {
  const maps = { known: new Map(), pauses: new Map(), unneededSinceMs: new Map() };
  return { ...maps, told: new Set(), mayStand: true, askedAtMs: undefined };
}

export function useUpload(fingerprint: string, id: string, run: CertificateRun): void {
  const { known, pauses } = run.memory;
  if (known.get(fingerprint)?.id !== id) known.set(fingerprint, { id, atMs: run.monotonicMs() });
  pauses.delete(fingerprint);
  tellUpload(fingerprint, { id }, run);
}

export function tellUpload(fingerprint: string, upload: Upload, { memory, cluster }: CertificateRun): void {
  memory.told.add(fingerprint);
  cluster.setUpload(fingerprint, upload);
}
