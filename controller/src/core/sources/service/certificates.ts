import { hourly, type Finding } from '@clb-direct/shared/domain/finding.ts';
import { safeText } from '@clb-direct/shared/domain/safe-text.ts';
import type { ObjectReference, RelatedObjects, SecretFacts } from '../../model/related-objects.ts';
import type { Certificates } from '../../model/settings.ts';

/** The certificates that a Secret names, or why there are none. */
export type NamedCertificates =
  | { readonly certificates: Certificates; readonly problem?: undefined }
  | { readonly certificates?: undefined; readonly problem: Finding };

/** By an Opaque Secret with ids of the SSL product, as TKE has them (doc 457/45738). */
export function certificatesIn(reference: ObjectReference<'Secret'>, objects: RelatedObjects): NamedCertificates {
  const { name, namespace } = reference;
  const secret = objects.related(reference);
  switch (secret.state) {
    case 'found':
      return idsIn(`Secret ${name}`, secret.facts);
    case 'missing':
      return unusable(`Secret ${name} does not exist; make it with key qcloud_cert_id`);
    case 'unreadable':
      return unusable(
        `Secret ${name} cannot be read; let ServiceAccount clb-direct-controller list and watch Secrets of ` +
          `namespace ${namespace} (docs/operations.md, "Protocols, hosts and certificates")`,
      );
    case 'pending':
      return {
        problem: { severity: 'Normal', reason: 'CertificateUnusable', message: `Secret ${name} is being read` },
      };
  }
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

function unusable(what: string): NamedCertificates {
  const message = `${what}. Until then what stands for it stays as it is, and nothing is made for it.`;
  return {
    problem: { severity: 'Warning', reason: 'CertificateUnusable', message, repeat: { ...hourly, by: 'message' } },
  };
}
