import { X509Certificate } from 'node:crypto';
import forge from 'node-forge';

/** Parts of a certificate as they stand in it, byte by byte: to Go, the same name encoded otherwise is another name. */
export interface CertificateParts {
  readonly issuer: forge.asn1.Asn1;
  readonly subject: forge.asn1.Asn1;
  /** Undefined = it names none. */
  readonly subjectKeyId: string | undefined;
  readonly extensions: readonly Extension[];
}

interface Extension {
  readonly oid: string;
  readonly isCritical: boolean;
  /** DER. */
  readonly value: string;
}

const subjectKeyIdOid = '2.5.29.14';

/** Takes a certificate apart, whatever kind of key it has. */
export function takeApart(pem: string): CertificateParts {
  const { raw } = new X509Certificate(pem);
  const certificate = forge.asn1.fromDer(raw.toString('latin1'));
  const fields = childrenOf(childrenOf(certificate)[0]);
  // The version, tagged 0, may be missing; the fields up to the subject may not.
  const start = fields[0]?.tagClass === forge.asn1.Class.CONTEXT_SPECIFIC ? 1 : 0;
  const [issuer, , subject] = fields.slice(start + 2);
  if (issuer === undefined || subject === undefined) throw new Error('The certificate has no issuer or no subject.');
  const extensions = readExtensions(fields);
  const keyId = extensions.find(({ oid }) => oid === subjectKeyIdOid)?.value;
  return { issuer, subject, subjectKeyId: keyId && bytesOf(forge.asn1.fromDer(keyId)), extensions };
}

function readExtensions(fields: readonly forge.asn1.Asn1[]): Extension[] {
  // Tagged 3, behind the unique ids (1 and 2) that are not used.
  const tagged = fields.slice(1).filter(({ tagClass }) => tagClass === forge.asn1.Class.CONTEXT_SPECIFIC);
  const list = childrenOf(tagged.at(-1))[0];
  return childrenOf(list).map((extension) => {
    const [oid, ...rest] = childrenOf(extension);
    return {
      oid: forge.asn1.derToOid(bytesOf(oid)),
      isCritical: rest.length > 1 && bytesOf(rest[0]) !== '\0',
      value: bytesOf(rest.at(-1)),
    };
  });
}

function childrenOf(node: forge.asn1.Asn1 | undefined): readonly forge.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}

function bytesOf(node: forge.asn1.Asn1 | undefined): string {
  return typeof node?.value === 'string' ? node.value : '';
}
