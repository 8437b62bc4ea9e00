import { certificateTag, type KeyPair, type UploadedCertificate } from '../../core/model/certificate.ts';
import type { Answer, Request } from '../actions.ts';
import { required, type Item } from './fields.ts';

/** Those of a page that are ours: a filter that the API does not know would find everything. */
export function toUploaded(answer: Answer<'DescribeCertificates'>, clusterId: string): readonly UploadedCertificate[] {
  return required(answer.Certificates, 'Certificates').flatMap((one) => {
    const tags = tagsOf(one);
    const [id, fingerprint] = [one.CertificateId ?? '', tags.get(certificateTag.fingerprint) ?? ''];
    const isOurs = id !== '' && fingerprint !== '' && tags.get(certificateTag.cluster) === clusterId;
    return isOurs ? [{ id, fingerprint }] : [];
  });
}

function tagsOf({ Tags }: Item<Answer<'DescribeCertificates'>['Certificates']>): ReadonlyMap<string, string> {
  return new Map((Tags ?? []).map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']));
}

/** Without `repeatable` the product answers with the certificate that has this content already, whoever uploaded it. */
export function toUploadRequest(
  { certificate, privateKey, fingerprint }: KeyPair,
  clusterId: string,
  repeatable: boolean,
): Request<'UploadCertificate'> {
  return {
    CertificatePublicKey: certificate,
    CertificatePrivateKey: privateKey,
    CertificateType: 'SVR',
    Alias: `clb-direct_${clusterId}_${fingerprint.slice(0, 16)}`,
    Tags: [
      { TagKey: certificateTag.cluster, TagValue: clusterId },
      { TagKey: certificateTag.fingerprint, TagValue: fingerprint },
    ],
    Repeatable: repeatable,
  };
}
