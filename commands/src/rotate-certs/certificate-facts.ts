import type { X509Certificate } from 'node:crypto';

/** What is printed of a certificate. Nothing of it is secret. */
export interface CertificateFacts {
  readonly name: string;
  readonly signedBy: string;
  /** Hex, small letters. */
  readonly serial: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sha256: string;
}

export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    name: shortName(certificate.subject),
    signedBy: shortName(certificate.issuer),
    serial: spellSerial(certificate.serialNumber),
    fromMs: certificate.validFromDate.getTime(),
    untilMs: certificate.validToDate.getTime(),
    sha256: certificate.fingerprint256,
  };
}

/** Serial numbers are spelled with and without leading zeros, small and large. */
export function spellSerial(serial: string): string {
  return serial.toLowerCase().replace(/^0+(?=.)/, '');
}

// Certificates of others may have several parts in their names, or none.
function shortName(subject: string | undefined): string {
  const names = (subject ?? '').split('\n');
  return names.find((part) => part.startsWith('CN='))?.slice(3) ?? (names.join(', ') || 'no name');
}
