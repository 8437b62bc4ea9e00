/**
 * What one Secret holds: everything that is needed to serve, to be trusted and to issue again. All PEM, '' = not there.
 */
export interface Material {
  /** `ca.crt`: the current CA first, then CAs that are still, or already, trusted. */
  readonly bundle: string;
  /** `ca.key`: key of the current CA. */
  readonly caKey: string;
  /** `tls.crt`: the leaf, then the cross certificate if there is one. */
  readonly chain: string;
  /** `tls.key`: key of the leaf. */
  readonly leafKey: string;
}

/** Nothing was ever written into it, or all was taken out. */
export function isEmpty(material: Material): boolean {
  return Object.values(material).every((part) => part === '');
}

/** A certificate with its key, both PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** How long certificates live. */
export interface CertificatePolicy {
  readonly caLifeMs: number;
  readonly leafLifeMs: number;
  /** How far before its making a certificate is valid already: clocks differ (47 minutes were seen in the field). */
  readonly backdateMs: number;
}

const hourMs = 3_600_000;

/** CA a year, leaf 90 days, valid since an hour ago. */
export const defaultPolicy: CertificatePolicy = {
  caLifeMs: 365 * 24 * hourMs,
  leafLifeMs: 90 * 24 * hourMs,
  backdateMs: hourMs,
};
