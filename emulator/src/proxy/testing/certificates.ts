import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembleCertificate } from '@clb-direct/certs/assemble-certificate.ts';
import { issueCa } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';

/** A CA, and a certificate of it that is for clients. */
export async function makeClient(): Promise<{ ca: string; client: { cert: string; key: string } }> {
  const nowMs = Date.now();
  const ca = await issueCa({ generation: 1, nowMs, policy: defaultPolicy });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const cert = assembleCertificate({
    subject: { commonName: 'a client' },
    publicKey,
    issuer: ca.certificate,
    signingKey: ca.key,
    notBeforeMs: nowMs - 3_600_000,
    notAfterMs: nowMs + 3_600_000,
    extensions: [{ name: 'extKeyUsage', clientAuth: true }],
  });
  return { ca: ca.certificate, client: { cert, key: privateKey } };
}

/** A certificate with a key on an elliptic curve, made by openssl. */
export function makeEcCertificate(): { cert: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'clb-ec-'));
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=ec'];
  try {
    execFileSync('openssl', ['req', '-x509', ...kind, '-days', '1', '-keyout', keyFile, '-out', certFile], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
