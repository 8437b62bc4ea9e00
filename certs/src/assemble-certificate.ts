import { createPrivateKey, createSign, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** Everything a certificate says. */
export interface Blueprint {
  readonly commonName: string;
  readonly publicKey: string;
  /** The CA's certificate; undefined = signed by itself. */
  readonly issuer: string | undefined;
  readonly signingKey: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly object[];
}

/** Makes an RSA-2048 key off the event loop; node-forge knows no other kind. */
export async function makeKeys(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** node-forge lays the certificate out, OpenSSL signs it: forge's own RSA would hold the event loop for 60 ms. */
export function assembleCertificate(blueprint: Blueprint): string {
  const certificate = forge.pki.createCertificate();
  const issuer = blueprint.issuer === undefined ? undefined : forge.pki.certificateFromPem(blueprint.issuer);
  const subject = [{ name: 'commonName', value: blueprint.commonName }];
  certificate.publicKey = forge.pki.publicKeyFromPem(blueprint.publicKey);
  certificate.serialNumber = makeSerial();
  certificate.validity.notBefore = new Date(blueprint.notBeforeMs);
  certificate.validity.notAfter = new Date(blueprint.notAfterMs);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer?.subject.attributes ?? subject);
  const authority = authorityKeyId(issuer ?? certificate);
  certificate.setExtensions([...blueprint.extensions, { name: 'subjectKeyIdentifier' }, authority]);
  signNatively(certificate, createPrivateKey(blueprint.signingKey));
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** 16 random bytes as hex. A top bit or a zero in front would make it negative or not minimal, which Go refuses. */
export function makeSerial(random: Uint8Array = randomBytes(16)): string {
  const bytes = Buffer.from(random);
  bytes[0] = ((bytes[0] ?? 0) % 0x7f) + 1;
  return bytes.toString('hex');
}

// `keyIdentifier: true` would write the certificate's own key id, not the issuer's.
function authorityKeyId(issuer: forge.pki.Certificate): object {
  return { name: 'authorityKeyIdentifier', keyIdentifier: subjectKeyId(issuer) };
}

function subjectKeyId(certificate: forge.pki.Certificate): string {
  const extension = certificate.getExtension('subjectKeyIdentifier') as { subjectKeyIdentifier?: string } | null;
  const hex = extension?.subjectKeyIdentifier;
  return hex === undefined ? certificate.generateSubjectKeyIdentifier().getBytes() : forge.util.hexToBytes(hex);
}

// forge hands the bytes to a digest and the digest to a key; both are OpenSSL's signer here.
function signNatively(certificate: forge.pki.Certificate, key: KeyObject): void {
  const signer = createSign('sha256');
  const digest = { algorithm: 'sha256', update: (bytes: string) => signer.update(bytes, 'latin1') };
  const signature = { sign: () => signer.sign(key).toString('latin1') };
  certificate.sign(signature as unknown as forge.pki.rsa.PrivateKey, digest as unknown as forge.md.MessageDigest);
}
