import { X509Certificate } from 'node:crypto';
import { assembleCertificate, makeKeys, makeSerial } from './assemble-certificate.ts';
import type { CertificatePolicy, KeyedCertificate } from './material.ts';

const leafName = 'clb-direct-webhook';
/** Makes a key pair, PEM. */
export type MakeKeys = typeof makeKeys;

// One cross-signed CA may stand between a CA and the leaf, so it must not be 0.
const caPathLength = 1;

const caExtensions = [
  { name: 'basicConstraints', cA: true, pathLenConstraint: caPathLength, critical: true },
  { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
];

/** Makes a CA. Its name is never used twice, even when the count of generations was lost. */
export async function issueCa(o: {
  generation: number;
  nowMs: number;
  policy: CertificatePolicy;
  makeKeys?: MakeKeys | undefined;
}): Promise<KeyedCertificate> {
  const keys = await (o.makeKeys ?? makeKeys)();
  const certificate = assembleCertificate({
    subject: { commonName: `${leafName}-ca-${o.generation}-${makeSerial().slice(0, 8)}` },
    publicKey: keys.publicKey,
    issuer: undefined,
    signingKey: keys.privateKey,
    notBeforeMs: o.nowMs - o.policy.backdateMs,
    notAfterMs: o.nowMs + o.policy.caLifeMs,
    extensions: caExtensions,
  });
  return { certificate, key: keys.privateKey };
}

/** Makes a serving certificate that never outlives its CA. */
export async function issueLeaf(o: {
  ca: KeyedCertificate;
  hostNames: readonly string[];
  nowMs: number;
  policy: CertificatePolicy;
  makeKeys?: MakeKeys | undefined;
}): Promise<KeyedCertificate> {
  const keys = await (o.makeKeys ?? makeKeys)();
  const certificate = assembleCertificate({
    subject: { commonName: leafName },
    publicKey: keys.publicKey,
    issuer: o.ca.certificate,
    signingKey: o.ca.key,
    notBeforeMs: o.nowMs - o.policy.backdateMs,
    notAfterMs: Math.min(o.nowMs + o.policy.leafLifeMs, endMs(o.ca.certificate)),
    extensions: leafExtensions(o.hostNames),
  });
  return { certificate, key: keys.privateKey };
}

/** The new CA's name and key signed by the old CA: who trusts only the old one accepts what the new one signs. */
export function crossSign(o: {
  newCa: string;
  oldCa: KeyedCertificate;
  nowMs: number;
  policy: CertificatePolicy;
}): string {
  const newCa = new X509Certificate(o.newCa);
  return assembleCertificate({
    subject: { sameAs: o.newCa },
    publicKey: newCa.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    issuer: o.oldCa.certificate,
    signingKey: o.oldCa.key,
    notBeforeMs: o.nowMs - o.policy.backdateMs,
    notAfterMs: Math.min(endMs(o.newCa), endMs(o.oldCa.certificate)),
    extensions: caExtensions,
  });
}

function leafExtensions(hostNames: readonly string[]): object[] {
  const dnsName = 2; // GeneralName, RFC 5280 section 4.2.1.6
  return [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hostNames.map((value) => ({ type: dnsName, value })) },
  ];
}

function endMs(certificate: string): number {
  return new X509Certificate(certificate).validToDate.getTime();
}
