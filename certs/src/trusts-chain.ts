import type { X509Certificate } from 'node:crypto';
import { readCertificates } from './pem.ts';

/**
 * Whether a client that trusts only this bundle accepts this chain: leaf first, then certificates that help to get
 * there. Both PEM.
 */
export function trustsChain(bundle: string, chain: string, nowMs: number): boolean {
  const isCurrent = ({ validFromDate, validToDate }: X509Certificate) =>
    validFromDate.getTime() <= nowMs && nowMs <= validToDate.getTime();
  const anchors = (readCertificates(bundle) ?? []).filter(isCurrent);
  const [leaf, ...helpers] = readCertificates(chain) ?? [];
  return leaf !== undefined && isCurrent(leaf) && leadsTo(leaf, anchors, helpers.filter(isCurrent));
}

/** Whether signatures lead from the certificate to an anchor, whatever the time. */
export function leadsTo(
  certificate: X509Certificate,
  anchors: readonly X509Certificate[],
  helpers: readonly X509Certificate[],
): boolean {
  if (anchors.some((anchor) => isSignedBy(certificate, anchor))) return true;
  return helpers.some(
    (helper, index) => isSignedBy(certificate, helper) && leadsTo(helper, anchors, helpers.toSpliced(index, 1)),
  );
}

function isSignedBy(certificate: X509Certificate, ca: X509Certificate): boolean {
  return ca.ca && certificate.checkIssued(ca) && certificate.verify(ca.publicKey);
}
