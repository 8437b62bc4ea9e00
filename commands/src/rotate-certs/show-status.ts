import { longestMessage, safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import { formatDuration } from './duration.ts';
import type { StatusReport } from './judge-status.ts';
import type { LeaseState } from './lease-state.ts';

/** The report as text, line by line. Names in certificates and notes in the Secret are text of others. */
export function showStatus(report: StatusReport, nowMs: number): readonly string[] {
  const rows: readonly (readonly [label: string, ...lines: string[]])[] = [
    ['phase', describePhase(report, nowMs), ...report.waitsFor.map((wait) => `waits for ${wait}`)],
    ['next CA', ...describeCertificate(report.nextCa, nowMs)],
    ['CA', ...describeCurrentCa(report, nowMs)],
    ...report.oldCas.map((ca) => ['old CA', ...describeCertificate(ca, nowMs)] as const),
    ['leaf', ...describeLeaf(report, nowMs)],
    ['API servers', describeTrust(report)],
    ['replicas', ...describeReplicas(report)],
    ['Lease', describeLease(report.lease)],
    ['last change', ...describeReason(report)],
    ['asked for', ...describePending(report)],
    ['not seen', ...report.unseen],
    ['problems', ...(report.problems.length === 0 ? ['none'] : report.problems)],
  ];
  return rows.flatMap(([label, ...lines]) =>
    lines.map((line, index) => `${pad(index === 0 ? label : '')}${safeText(line, longestMessage)}`),
  );
}

function pad(label: string): string {
  return label.padEnd(13);
}

function describePhase({ phase, phaseSince }: StatusReport, nowMs: number): string {
  if (phase === undefined) return 'unknown';
  if (phaseSince === undefined) return phase;
  const sinceMs = Date.parse(phaseSince);
  return Number.isNaN(sinceMs) ? phase : `${phase} since ${phaseSince} (${formatDuration(nowMs - sinceMs)})`;
}

function describeCertificate(facts: CertificateFacts | undefined, nowMs: number): readonly string[] {
  if (facts === undefined) return [];
  const { name, signedBy, serial, fromMs, untilMs } = facts;
  const signer = signedBy === name ? 'itself' : signedBy;
  const left = untilMs > nowMs ? `${formatDuration(untilMs - nowMs)} left` : 'it has ended';
  return [
    `${name}, signed by ${signer}, serial ${serial}`,
    `from ${new Date(fromMs).toISOString()} until ${new Date(untilMs).toISOString()} (${left})`,
  ];
}

function describeCurrentCa({ currentCa, issuedElsewhere }: StatusReport, nowMs: number): readonly string[] {
  const who = currentCa?.source === 'imported' ? 'imported' : 'made by the webhook';
  const lines = describeCertificate(currentCa, nowMs);
  return lines.length === 0 ? [] : [...lines, issuedElsewhere ? 'issued elsewhere' : who];
}

function describeLeaf({ leaf, cross }: StatusReport, nowMs: number): readonly string[] {
  const crossed = cross.map(({ name, signedBy }) => `with it goes ${name}, signed by ${signedBy}`);
  return [...describeCertificate(leaf, nowMs), ...crossed];
}

function describeTrust({ registrationTrusts }: StatusReport): string {
  if (registrationTrusts === undefined) return 'unknown';
  return `trust ${registrationTrusts.map(({ name }) => name).join(', ') || 'no CA'}`;
}

function describeReplicas({ replicas, issuedElsewhere }: StatusReport): readonly string[] {
  if (replicas === undefined || replicas.length === 0) {
    return [issuedElsewhere ? 'not recorded when another program issues; see the metrics' : 'none was seen yet'];
  }
  return replicas.map(({ pod, serial, verifies, servesCurrentLeaf, problem }) => {
    if (problem !== undefined) return `${pod}: ${problem}`;
    const leaf = servesCurrentLeaf ? 'the leaf' : `another leaf, serial ${serial ?? 'unknown'}`;
    return `${pod} serves ${leaf}, ${verifies ? 'good' : 'not good'} with the current CA alone`;
  });
}

function describeLease(lease: LeaseState): string {
  if (lease.kind === 'unknown') return 'unknown';
  if (lease.kind === 'free') return 'not held';
  if (lease.kind === 'stranger') return `held by ${lease.pod}, which is no replica that runs`;
  return lease.kind === 'held' ? `held by ${lease.pod}` : `held by ${lease.pod}, not renewed`;
}

function describeReason({ lastReason, lastRequest }: StatusReport): readonly string[] {
  const request = lastRequest === undefined ? '' : ` (last request ${lastRequest})`;
  return lastReason === undefined ? [] : [`${lastReason}${request}`];
}

function describePending({ pendingRequest }: StatusReport): readonly string[] {
  if (pendingRequest === undefined) return [];
  const { kind, reason } = pendingRequest;
  return [reason === '' ? kind : `${kind}: ${reason}`];
}
