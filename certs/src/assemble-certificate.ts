import { createPrivateKey, createSign, generateKeyPair, randomBytes, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { takeApart, type CertificateParts } from './certificate-parts.ts';

/** Everything a certificate says. */
export interface Blueprint {
  /** A new name, or the CA (PEM) whose name and key id this one bears. */
  readonly subject: { readonly commonName: string } | { readonly sameAs: string };
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
  const issuer = blueprint.issuer === undefined ? undefined : takeApart(blueprint.issuer);
  const model = 'sameAs' in blueprint.subject ? takeApart(blueprint.subject.sameAs) : undefined;
  certificate.publicKey = forge.pki.publicKeyFromPem(blueprint.publicKey);
  certificate.serialNumber = makeSerial();
  certificate.validity.notBefore = new Date(blueprint.notBeforeMs);
  certificate.validity.notAfter = new Date(blueprint.notAfterMs);
  const name = 'commonName' in blueprint.subject ? [{ name: 'commonName', value: blueprint.subject.commonName }] : [];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([...blueprint.extensions, ...keyIds(certificate, issuer, model)]);
  signNatively(certificate, createPrivateKey(blueprint.signingKey), {
    subject: model?.subject,
    issuer: issuer?.subject,
  });
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}

/** 16 random bytes as hex. A top bit or a zero in front would make it negative or not minimal, which Go refuses. */
export function makeSerial(random: Uint8Array = randomBytes(16)): string {
  const bytes = Buffer.from(random);
  bytes[0] = ((bytes[0] ?? 0) % 0x7f) + 1;
  return bytes.toString('hex');
}

const subjectKeyId = 'subjectKeyIdentifier';

// A CA's key id is whatever its maker chose, so it is taken from the CA; `keyIdentifier: true` would write our own.
function keyIds(
  certificate: forge.pki.Certificate,
  issuer: CertificateParts | undefined,
  model: CertificateParts | undefined,
): object[] {
  const own = model === undefined ? certificate.generateSubjectKeyIdentifier().getBytes() : model.subjectKeyId;
  const authority = issuer === undefined ? own : issuer.subjectKeyId;
  return [
    ...(own === undefined ? [] : [{ name: subjectKeyId, value: octets(own) }]),
    ...(authority === undefined ? [] : [{ name: 'authorityKeyIdentifier', keyIdentifier: authority }]),
  ];
}

function octets(bytes: string): forge.asn1.Asn1 {
  const { Class, Type, create } = forge.asn1;
  return create(Class.UNIVERSAL, Type.OCTETSTRING, false, bytes);
}

// Positions in a TBSCertificate, RFC 5280 section 4.1.
const position = { issuer: 3, subject: 5 };

// Names that another program encoded are put in as they are; forge would encode them its own way.
function signNatively(
  certificate: forge.pki.Certificate,
  key: KeyObject,
  names: { subject: forge.asn1.Asn1 | undefined; issuer: forge.asn1.Asn1 | undefined },
): void {
  const { pki, asn1 } = forge as typeof forge & {
    pki: { getTBSCertificate(of: forge.pki.Certificate): TbsCertificate };
  };
  certificate.signatureOid = certificate.siginfo.algorithmOid = pki.oids['sha256WithRSAEncryption'] ?? '';
  const tbs = pki.getTBSCertificate(certificate);
  if (names.issuer !== undefined) tbs.value[position.issuer] = names.issuer;
  if (names.subject !== undefined) tbs.value[position.subject] = names.subject;
  certificate.tbsCertificate = tbs;
  const signer = createSign('sha256').update(asn1.toDer(tbs).getBytes(), 'latin1');
  certificate.signature = signer.sign(key).toString('latin1');
}

type TbsCertificate = forge.asn1.Asn1 & { value: forge.asn1.Asn1[] };
