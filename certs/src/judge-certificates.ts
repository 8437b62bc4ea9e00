import { problemsAt, type Inspected, type Inspection } from './inspect-material.ts';
import type { CertificatePolicy } from './material.ts';

/** What to do about the certificates, and why in words that go into the Secret. */
export type CertificateVerdict =
  | { readonly kind: 'keep' }
  | { readonly kind: 'issue-leaf'; readonly reason: string }
  | { readonly kind: 'issue-everything'; readonly reason: string };

/** Judges what the Secret holds; undefined = there is no Secret. A leaf never outlives its CA, so a new CA means both. */
export function judgeCertificates(
  inspection: Inspection | undefined,
  nowMs: number,
  policy: CertificatePolicy,
): CertificateVerdict {
  if (inspection === undefined) return { kind: 'issue-everything', reason: 'there was no Secret' };
  const { ca, leaf } = inspection;
  const caReason = whyReplace('CA', ca, nowMs, policy);
  if (caReason !== undefined) return { kind: 'issue-everything', reason: caReason };
  const leafReason = whyReplace('leaf', leaf, nowMs, policy);
  return leafReason === undefined ? { kind: 'keep' } : { kind: 'issue-leaf', reason: leafReason };
}

function whyReplace(
  role: 'CA' | 'leaf',
  inspected: Inspected,
  nowMs: number,
  policy: CertificatePolicy,
): string | undefined {
  const problems = problemsAt(role, inspected, nowMs);
  if (problems.length > 0) return problems.join('; ');
  if (inspected.validity === undefined || nowMs < renewalMs(inspected.validity, policy)) return undefined;
  return `the ${role} ends at ${new Date(inspected.validity.notAfterMs).toISOString()}`;
}

/** When a certificate is renewed: a third of its life before the end, up to a tenth of that third sooner or later. */
export function renewalMs(validity: NonNullable<Inspected['validity']>, policy: CertificatePolicy): number {
  const third = (validity.notAfterMs - validity.notBeforeMs - policy.backdateMs) / 3;
  // The spread comes from the serial number, which is random: every replica then sees the same moment.
  const spread = Number.parseInt(validity.serial.slice(-2), 16) / 255;
  return validity.notAfterMs - third * (0.9 + 0.2 * spread);
}
