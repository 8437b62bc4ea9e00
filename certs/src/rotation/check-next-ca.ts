import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { takeApart } from '../certificate-parts.ts';
import type { KeyedCertificate } from '../material.ts';
import { readCertificates } from '../pem.ts';

const leastBits = 2048;
// Go refuses larger ones in a handshake.
const mostBits = 8192;
const leastImportLeftMs = 24 * 3_600_000;

const serverAuth = '1.3.6.1.5.5.7.3.1';
const anyUsage = '2.5.29.37.0';

/**
 * Why a CA cannot become ours; empty = it can. A CA that another one signed is fine: API servers trust it directly,
 * so the certificates above it are of no use.
 */
export function checkNextCa(ca: KeyedCertificate, nowMs: number, leastLeftMs = leastImportLeftMs): readonly string[] {
  const [certificate, ...others] = readCertificates(ca.certificate) ?? [];
  if (certificate === undefined) return ['the certificate cannot be read as PEM'];
  if (others.length > 0) return ['there is more than one certificate; give the one of the CA alone, nothing above it'];
  return [...certificateProblems(certificate), ...keyProblems(certificate, ca.key)].concat(
    dateProblems(certificate, nowMs, leastLeftMs),
  );
}

function certificateProblems(certificate: X509Certificate): readonly string[] {
  const { extensions } = takeApart(certificate.toString());
  // Node's `keyUsage` is the extended one; none means any.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  return failed([
    [certificate.ca, 'it may not sign certificates; it needs basicConstraints CA:TRUE and keyCertSign'],
    [certificate.subject !== '', 'the certificate has an empty subject; it needs a name'],
    [
      usages === undefined || usages.includes(serverAuth) || usages.includes(anyUsage),
      'its extended key usage does not allow servers; it needs serverAuth, or no extended key usage at all',
    ],
    ...extensions.map(({ oid, isCritical }): [boolean, string] => [
      oid !== nameConstraints && (!isCritical || understood.has(oid)),
      `it has the ${oid === nameConstraints ? 'name constraints' : 'critical'} extension ${oid}; use a CA without it`,
    ]),
  ]);
}

function keyProblems(certificate: X509Certificate, pem: string): readonly string[] {
  const key = tryKey(pem);
  const isReadable = key !== undefined;
  return failed([
    [isRsa(certificate.publicKey), `the key is not RSA with ${leastBits} to ${mostBits} bits`],
    [isReadable || !pem.includes('ENCRYPTED'), 'the key is encrypted; decrypt it first, with openssl pkey'],
    [isReadable || pem.includes('ENCRYPTED'), 'the key cannot be read as an unencrypted PEM'],
    [!isReadable || certificate.checkPrivateKey(key), 'the key does not belong to the certificate'],
  ]);
}

function dateProblems(certificate: X509Certificate, nowMs: number, leastLeftMs: number): readonly string[] {
  const { validFromDate, validToDate } = certificate;
  return failed([
    [validFromDate.getTime() <= nowMs, `the certificate is not valid before ${validFromDate.toISOString()}`],
    [
      validToDate.getTime() > nowMs + leastLeftMs,
      `the certificate ends at ${validToDate.toISOString()}; it must hold for a day at least`,
    ],
  ]);
}

function failed(checks: readonly [boolean, string][]): string[] {
  return checks.filter(([passed]) => !passed).map(([, problem]) => problem);
}

// RFC 5280 section 4.2.1.
const nameConstraints = '2.5.29.30';
const understood: ReadonlySet<string> = new Set(['2.5.29.19', '2.5.29.37', '2.5.29.32', '2.5.29.15']);
function isRsa(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= leastBits && bits <= mostBits;
}

function tryKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
