import { readCertificates } from '@clb-direct/certs/pem.ts';

/** Whether two bundles have a certificate in common. Both PEM. */
export function sharesCertificate(one: string, other: string): boolean {
  const known = new Set(readCertificates(other)?.map(({ fingerprint256 }) => fingerprint256));
  return readCertificates(one)?.some(({ fingerprint256 }) => known.has(fingerprint256)) ?? false;
}
