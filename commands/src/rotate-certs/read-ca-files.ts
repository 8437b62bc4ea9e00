import { readFileSync } from 'node:fs';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyedCertificate } from '@clb-direct/certs/material.ts';
import { checkNextCa } from '@clb-direct/certs/rotation/check-next-ca.ts';

/** A CA that a user imports, checked and spelled as the Secret holds it. */
export interface ImportedCa {
  readonly ca: KeyedCertificate;
  readonly sha256: string;
}

const longestFile = 64 * 1024;
const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const keyBlock = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[^]+?-----END (?:[A-Z]+ )*PRIVATE KEY-----/g;

/**
 * Reads both files; either may hold both parts, and "-" is standard input. Errors never contain what is in the files.
 */
export function readCaFiles(files: { readonly certificate: string; readonly key: string }, nowMs: number): ImportedCa {
  // Each once: standard input can be read only once.
  const texts = new Map([...new Set([files.certificate, files.key])].map((file) => [file, readText(file)]));
  const certificates = texts.get(files.certificate)?.match(certificateBlock) ?? [];
  const [key] = texts.get(files.key)?.match(keyBlock) ?? [];
  if (certificates.length === 0) throw new Error(`there is no certificate in PEM in ${nameOf(files.certificate)}`);
  if (key === undefined) throw new Error(`there is no private key in PEM in ${nameOf(files.key)}`);
  const ca = { certificate: certificates.map((block) => `${block}\n`).join(''), key: `${key}\n` };
  const problems = checkNextCa(ca, nowMs);
  if (problems.length > 0) throw new Error(`this CA cannot be used: ${problems.join('; ')}`);
  const certificate = new X509Certificate(ca.certificate);
  const plainKey = createPrivateKey(ca.key).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { ca: { certificate: certificate.toString(), key: plainKey }, sha256: certificate.fingerprint256 };
}

function readText(file: string): string {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    if (text.length <= longestFile) return text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw new Error(`${nameOf(file)} cannot be read (${code})`, { cause: error });
  }
  throw new Error(`${nameOf(file)} is longer than ${longestFile} bytes; it is no PEM of a CA`);
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file;
}
