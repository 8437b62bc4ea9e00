import type { X509Certificate } from 'node:crypto';
import { readCertificates } from '@clb-direct/certs/pem.ts';

/** Whether a client that trusts only this bundle accepts this chain: leaf first, then certificates that help to get there. Both PEM. */
export function trustsChain(bundle: string, chain: string, nowMs: number): boolean {
  const isCurrent = ({ validFromDate, validToDate }: X509Certificate) =>
    validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
  const roots = (readCertificates(bundle) ?? []).filter(isCurrent);
  const [leaf, ...helpers] = readCertificates(chain) ?? [];
  return leaf !== undefined && isCurrent(leaf) && leadsTo(leaf, roots, helpers.filter(isCurrent));
}

/** Whether two bundles have a certificate in common. Both PEM. */
export function sharesCertificate(one: string, other: string): boolean {
  const known = new Set(readCertificates(other)?.map(({ fingerprint256 }) => fingerprint256));
  return readCertificates(one)?.some(({ fingerprint256 }) => known.has(fingerprint256)) ?? false;
}

function leadsTo(
  certificate: X509Certificate,
  roots: readonly X509Certificate[],
  helpers: readonly X509Certificate[],
): boolean {
  if (roots.some((root) => isSignedBy(certificate, root))) return true;
  return helpers.some(
    (helper, index) => isSignedBy(certificate, helper) && leadsTo(helper, roots, helpers.toSpliced(index, 1)),
  );
}

function isSignedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}
