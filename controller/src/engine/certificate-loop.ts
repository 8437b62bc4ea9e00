import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import type { Outcome } from '@clb-direct/shared/runtime/work-queue.ts';
import { certificateExpiring, expiredProblem } from '../core/findings/certificate-findings.ts';
import { endsSoon, judgeCertificates, type CertificatePlan } from '../core/lifecycle/judge-certificates.ts';
import { nextUploads } from '../core/lifecycle/upload-turns.ts';
import { mayBeUnlisted } from '../core/lifecycle/list-lag.ts';
import type { UploadedCertificate, WantedCertificate } from '../core/model/certificate.ts';
import { CloudError } from '../core/model/cloud-error.ts';
import type { ClusterView } from '../core/model/cluster-port.ts';
import { isWorkedFor, type OwnerView } from '../core/model/owner-view.ts';
import {
  emptyCertificateMemory,
  tellUpload,
  useUpload,
  type CertificateLoopOptions,
  type CertificateRun,
} from './certificate-context.ts';
import { fewAtOnce } from './few-at-once.ts';
import { pausedMs, removeCertificate, uploadCertificate } from './certificate-steps.ts';

const settled: Outcome = { kind: 'settled' };
/** How long a leftover waits whose search was refused, where nobody wants a certificate. */
const idleMs = 3_600_000;
/** Until those are uploaded for which a round had no turn. */
const nextRoundMs = 100;

/** Brings about that the SSL product has each certificate that owners name by a Secret, once, and no other of ours. */
export function createCertificateLoop(
  options: CertificateLoopOptions,
): (key: string, signal: AbortSignal, flow: Flow) => Promise<Outcome> {
  const memory = emptyCertificateMemory();
  return async (_, signal, flow) => {
    const run = { ...options, clb: options.clb.inFlow(flow), memory, signal };
    const owners = wanting(options.cluster);
    const wanted = owners.flatMap(({ certificates = [] }) => certificates);
    forgetUnwanted(wanted, run);
    tellEnds(owners, run);
    if (wanted.length === 0 && !memory.mayStand) return settled;
    const standing = await listed(wanted, run);
    return standing === undefined ? { kind: 'recheck', afterMs: idleMs } : bringAbout(wanted, standing, run);
  };
}

/** Only of these anything is uploaded. */
function wanting(cluster: ClusterView): readonly OwnerView[] {
  const isPresent = cluster.tkePresent();
  return [...cluster.owners()].filter(
    (owner) => (owner.certificates ?? []).length > 0 && isWorkedFor(owner, isPresent),
  );
}

function forgetUnwanted(wanted: readonly WantedCertificate[], { memory, cluster }: CertificateRun): void {
  const now = new Set(wanted.map(({ fingerprint }) => fingerprint));
  const known = new Set([...memory.told, ...memory.pauses.keys()]);
  for (const fingerprint of [...known].filter((one) => !now.has(one))) {
    for (const map of [memory.told, memory.known, memory.pauses]) map.delete(fingerprint);
    cluster.setUpload(fingerprint, undefined);
  }
}

function tellEnds(owners: readonly OwnerView[], { nowMs, reporter }: CertificateRun): void {
  const timeMs = nowMs();
  for (const owner of owners) {
    const ending = (owner.certificates ?? []).filter((one) => endsSoon(one, timeMs));
    for (const one of ending) reporter.aboutOwner(owner, certificateExpiring(one, timeMs));
  }
}

/** Undefined: it is refused, and nobody needs it. Otherwise owners read what fails. */
async function listed(
  wanted: readonly WantedCertificate[],
  run: CertificateRun,
): Promise<readonly UploadedCertificate[] | undefined> {
  const { clb, clusterId, memory, monotonicMs, signal, log } = run;
  try {
    const standing = await clb.listCertificates(clusterId, signal);
    memory.mayStand = standing.length > 0 || mayBeUnlisted(memory.askedAtMs, monotonicMs());
    return standing;
  } catch (error) {
    if (signal.aborted || !(error instanceof CloudError)) throw error;
    if (wanted.length === 0) {
      log.debug({ err: error }, 'certificates that nobody needs could not be searched for');
      return undefined;
    }
    const unknown = wanted.filter(({ fingerprint }) => !memory.known.has(fingerprint));
    for (const { fingerprint } of unknown) tellUpload(fingerprint, { problem: error.message }, run);
    throw error;
  }
}

async function bringAbout(
  wanted: readonly WantedCertificate[],
  standing: readonly UploadedCertificate[],
  run: CertificateRun,
): Promise<Outcome> {
  const { memory, times, monotonicMs, nowMs } = run;
  const { known, unneededSinceMs } = memory;
  const facts = { wanted, standing, known, unneededSinceMs, unneededMs: times.unneededMs };
  const plan = judgeCertificates({ ...facts, nowMs: monotonicMs(), timeMs: nowMs() });
  for (const [fingerprint, id] of plan.uses) useUpload(fingerprint, id, run);
  for (const one of plan.expired) tellUpload(one.fingerprint, { problem: expiredProblem(one) }, run);
  noteUnneeded(plan, run);
  const due = plan.uploads.filter(({ fingerprint }) => pausedMs(fingerprint, run) === 0);
  const uploads = nextUploads(due);
  await fewAtOnce(uploads, async (one) => uploadCertificate(one, run));
  await fewAtOnce(plan.deletions, async (id) => removeCertificate(id, run));
  return { kind: 'recheck', afterMs: uploads.length < due.length ? nextRoundMs : untilNext(plan, run) };
}

function noteUnneeded({ unneeded }: CertificatePlan, { memory, monotonicMs }: CertificateRun): void {
  const { unneededSinceMs: since } = memory;
  for (const id of [...since.keys()].filter((one) => !unneeded.includes(one))) since.delete(id);
  for (const id of unneeded) if (!since.has(id)) since.set(id, monotonicMs());
}

function untilNext({ uploads, unneeded }: CertificatePlan, run: CertificateRun): number {
  const { memory, times, monotonicMs } = run;
  const retries = uploads.map(({ fingerprint }) => pausedMs(fingerprint, run)).filter((ms) => ms > 0);
  const since = unneeded.flatMap((id) => memory.unneededSinceMs.get(id) ?? []);
  const ripe = since.map((atMs) => atMs + times.unneededMs - monotonicMs()).filter((ms) => ms > 0);
  return Math.min(times.resyncMs, ...retries, ...ripe);
}
