import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ApiError } from '../../errors/api-error.ts';
import { drawLetters } from '../../runtime/random.ts';
import type { Store } from '../../state/store.ts';
import { defineSslAction } from './define-ssl-action.ts';

/** Keeps a certificate with its key or, of type CA, without one. The texts of its refusals name no content. */
export const uploadCertificate = defineSslAction('UploadCertificate', (request, { store, random }) => {
  const { CertificatePublicKey: certificate, CertificatePrivateKey: key, Alias: name = '', Tags: tags } = request;
  const isCa = request.CertificateType === 'CA';
  const leaf = readCertificate(certificate);
  if (!isCa) requireKey(leaf, key);
  const repeat = request.Repeatable === false ? sameAs(leaf, store) : undefined;
  if (repeat !== undefined) return { CertificateId: repeat, RepeatCertId: repeat };
  const id = drawLetters(8, random);
  const privateKey = isCa ? undefined : key;
  store.certificates.set(id, { name, certificate, privateKey, ...(tags === undefined ? {} : { tags }) });
  return { CertificateId: id, RepeatCertId: '' };
});

function readCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new ApiError('FailedOperation.CertificateInvalid', 'The certificate is not valid.');
  }
}

function requireKey(leaf: X509Certificate, text = ''): void {
  let isMatching: boolean;
  try {
    isMatching = leaf.checkPrivateKey(createPrivateKey(text));
  } catch {
    throw new ApiError('FailedOperation.CertificateInvalid', 'The private key is not valid.');
  }
  if (!isMatching) {
    throw new ApiError('FailedOperation.CertificateMismatch', 'The certificate and the private key do not match.');
  }
}

/** By the fingerprint of the leaf: a certificate that somebody uploaded otherwise counts too. */
function sameAs({ fingerprint256 }: X509Certificate, store: Store): string | undefined {
  const all = [...store.certificates].map(([id, { certificate }]) => ({ id, certificate }));
  return all.find(({ certificate }) => fingerprintOf(certificate) === fingerprint256)?.id;
}

function fingerprintOf(text: string): string | undefined {
  try {
    return new X509Certificate(text).fingerprint256;
  } catch {
    return undefined;
  }
}
