import type { WantedCertificate } from '../core/model/certificate.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import { pauseAfter } from '../core/plan/pauses.ts';
import { tellUpload, useUpload, type CertificateRun } from './certificate-context.ts';

/** The key is read, sent and let go: nothing keeps it, and no error repeats it. */
export async function uploadCertificate(wanted: WantedCertificate, run: CertificateRun): Promise<void> {
  const { pairs, clb, clusterId, log, signal } = run;
  const { secret, fingerprint } = wanted;
  try {
    const pair = await pairs.read(secret, signal);
    // It is another one by now: the watch brings it.
    if (pair?.fingerprint !== fingerprint) return;
    // Also if the answer is lost and nobody wants it any more.
    run.memory.mayStand = true;
    run.memory.askedAtMs = run.monotonicMs();
    const id = await clb.uploadCertificate(pair, clusterId, signal);
    useUpload(fingerprint, id, run);
    log.info(
      { secret: `${secret.namespace}/${secret.name}`, certificate: id },
      'the certificate of a Secret was uploaded',
    );
  } catch (error) {
    if (signal.aborted) throw error;
    pause(fingerprint, error, run);
    if (error instanceof CloudError) tellUpload(fingerprint, { problem: error.message }, run);
    log.warn(
      { err: error, secret: `${secret.namespace}/${secret.name}` },
      'the certificate of a Secret was not uploaded',
    );
  }
}

function pause(fingerprint: string, error: unknown, { memory, monotonicMs }: CertificateRun): void {
  const failures = (memory.pauses.get(fingerprint)?.failures ?? 0) + 1;
  const kind = error instanceof CloudError ? error.kind : 'transient';
  memory.pauses.set(fingerprint, { failures, untilMs: monotonicMs() + pauseAfter(kind, failures, Math.random()) });
}

export function pausedMs(fingerprint: string, { memory, monotonicMs }: CertificateRun): number {
  return Math.max(0, (memory.pauses.get(fingerprint)?.untilMs ?? 0) - monotonicMs());
}

/** Its listeners show another one by now, or are gone: the CLB says so. */
export async function removeCertificate(id: string, { clb, memory, log, signal }: CertificateRun): Promise<void> {
  try {
    if (await clb.isCertificateUsed(id, signal)) return;
    await clb.deleteCertificate(id, signal);
    memory.unneededSinceMs.delete(id);
    log.info({ certificate: id }, 'a certificate that nobody needs any more was deleted');
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn({ err: error, certificate: id }, 'a certificate that nobody needs was not deleted');
  }
}
