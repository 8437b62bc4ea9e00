import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import { uploadReference, type WantedCertificate } from '../../model/certificate.ts';
import {
  mostSecrets,
  type ObjectReference,
  type RelatedObjects,
  type SecretFacts,
} from '../../model/related-objects.ts';
import type { Certificates } from '../../model/settings.ts';

/** The certificates that a Secret names, or why there are none. */
export type NamedCertificates =
  | { readonly certificates: Certificates; readonly problem?: undefined }
  | { readonly certificates?: undefined; readonly problem: Finding; readonly isMissing?: true };

/**
 * By an Opaque Secret with ids of the SSL product, as TKE has them (doc 457/45738), or by one of type
 * kubernetes.io/tls, whose certificate is uploaded there.
 */
export function certificatesIn(reference: ObjectReference<'Secret'>, objects: RelatedObjects): NamedCertificates {
  const { name, namespace } = reference;
  const secret = objects.related(reference);
  switch (secret.state) {
    case 'found':
      return secret.facts.pair === undefined
        ? idsIn(`Secret ${name}`, secret.facts)
        : uploadedOf(name, secret.facts, objects);
    case 'missing':
      return {
        ...unusable(`Secret ${name} does not exist; make it of type kubernetes.io/tls, or with key qcloud_cert_id`),
        isMissing: true,
      };
    case 'unreadable':
      return unusable(
        `Secret ${name} cannot be read; let ServiceAccount clb-direct-controller list and watch Secrets of ` +
          `namespace ${namespace}, and name at most ${mostSecrets} of them there ` +
          '(docs/operations.md, "Protocols, hosts and certificates")',
      );
    case 'pending':
      return waiting(`Secret ${name} is being read`);
  }
}

/** Of a `kubernetes.io/tls` Secret. Until a renewed one is uploaded, the one before goes on. */
function uploadedOf(name: string, { pair, caCertificateId }: SecretFacts, objects: RelatedObjects): NamedCertificates {
  if (pair?.problem !== undefined) return unusable(`Secret ${name} ${pair.problem}`);
  const upload = objects.related(uploadReference(pair?.fingerprint ?? ''));
  if (upload.state !== 'found') return waiting(`The certificate of Secret ${name} is being uploaded`);
  const { id, problem } = upload.facts;
  return problem === undefined
    ? idsIn(`Secret ${name}`, { certificateId: id, caCertificateId })
    : unusable(`The certificate of Secret ${name} is not uploaded. ${problem}`);
}

/** What is to be uploaded of these Secrets, and the uploads that its owner waits for. */
export function uploadsFor(secrets: readonly ObjectReference[], objects: RelatedObjects) {
  const certificates = secrets.flatMap((secret) => (isSecret(secret) ? wantedIn(secret, objects) : []));
  const references = certificates.map(({ fingerprint }) => uploadReference(fingerprint));
  return { certificates, references: [...new Map(references.map((one) => [one.name, one])).values()] };
}

function isSecret(reference: ObjectReference): reference is ObjectReference<'Secret'> {
  return reference.kind === 'Secret';
}

function wantedIn(secret: ObjectReference<'Secret'>, objects: RelatedObjects): readonly WantedCertificate[] {
  const found = objects.related(secret);
  const pair = found.state === 'found' ? found.facts.pair : undefined;
  if (pair === undefined || pair.problem !== undefined) return [];
  const { fingerprint, notBeforeMs, notAfterMs } = pair;
  return [{ secret, fingerprint, notBeforeMs, notAfterMs }];
}

const idForm = /^[A-Za-z0-9_-]{1,64}$/;

/** By ids that something else than a Secret names; `where` says what. */
export function certificatesOfIds(where: string, certificateId: string): NamedCertificates {
  return idsIn(where, { certificateId, caCertificateId: undefined });
}

/** `where` names who has the ids. */
function idsIn(where: string, { certificateId, caCertificateId }: SecretFacts): NamedCertificates {
  const ids = listOf(certificateId);
  if (ids.length === 0 || ids.length > 2 || !ids.every((id) => idForm.test(id))) {
    const shown = certificateId === undefined ? 'missing' : `"${safeText(certificateId, 80)}"`;
    return unusable(
      `${where} has qcloud_cert_id ${shown}; write the id of a certificate of the SSL product, ` +
        'or two of different algorithms with a comma between',
    );
  }
  if (caCertificateId === undefined || caCertificateId === '') {
    return { certificates: { mode: 'UNIDIRECTIONAL', ids } };
  }
  if (!idForm.test(caCertificateId)) {
    return unusable(`${where} has qcloud_ca_cert_id "${safeText(caCertificateId, 80)}"; write the id of one CA`);
  }
  return { certificates: { mode: 'MUTUAL', ids, caId: caCertificateId } };
}

function listOf(text = ''): readonly string[] {
  const ids = text.split(',').map((id) => id.trim());
  return [...new Set(ids.filter((id) => id !== ''))].toSorted();
}

function waiting(message: string): NamedCertificates {
  return { problem: { severity: 'Normal', reason: 'CertificateUnusable', message } };
}

function unusable(what: string) {
  const message = `${what.replace(/[.]$/, '')}. Until then what stands for it stays as it is, and nothing is made for it.`;
  return {
    problem: { severity: 'Warning', reason: 'CertificateUnusable', message, repeat: { ...hourly, by: 'message' } },
  } satisfies NamedCertificates;
}
