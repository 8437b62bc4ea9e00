import { X509Certificate } from 'node:crypto';

// A Secret may hold 1 MiB, and parsing certificates is work: what is longer than this is not ours.
const maxPemLength = 64 * 1024;

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Reads every certificate of a PEM text; undefined when there is none, or one that cannot be read. */
export function readCertificates(pem: string): readonly X509Certificate[] | undefined {
  if (pem.length > maxPemLength) return undefined;
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0 || blocks.length !== pem.split('-----BEGIN').length - 1) return undefined;
  try {
    return blocks.map((text) => new X509Certificate(text));
  } catch {
    return undefined;
  }
}

/** The same certificates, whatever their order, repetition or line breaks. */
export function isSameBundle(one: string, other: string): boolean {
  const [left, right] = [fingerprints(one), fingerprints(other)];
  return left !== undefined && right !== undefined && left.symmetricDifference(right).size === 0;
}

/** Whether a bundle carries every certificate of another one. */
export function carriesAll(bundle: string, wanted: string): boolean {
  const want = fingerprints(wanted);
  return want !== undefined && fingerprints(bundle)?.isSupersetOf(want) === true;
}

function fingerprints(pem: string): Set<string> | undefined {
  const certificates = readCertificates(pem);
  return certificates && new Set(certificates.map((certificate) => certificate.fingerprint256));
}
