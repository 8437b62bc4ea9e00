import type { Certificate } from '../../state/model.ts';
import { defineSslAction } from './define-ssl-action.ts';

const mostOfPage = 1000;

/** By id, tags and page; other filters are not emulated. What it shows is never a key. */
export const describeCertificates = defineSslAction('DescribeCertificates', (request, { store }) => {
  const { Tags: tags = [], CertIds: ids, Offset: offset = 0, Limit: limit = 10 } = request;
  const found = [...store.certificates].filter(
    ([id, one]) => (ids === undefined || ids.length === 0 || ids.includes(id)) && hasTags(one, tags),
  );
  const page = found.slice(offset, offset + Math.min(limit, mostOfPage));
  return {
    TotalCount: found.length,
    Certificates: page.map(([id, one]) => ({
      CertificateId: id,
      Alias: one.name,
      From: 'upload',
      CertificateType: one.privateKey === undefined ? 'CA' : 'SVR',
      Status: 1,
      Tags: [...(one.tags ?? [])],
    })),
  };
});

function hasTags({ tags = [] }: Certificate, wanted: NonNullable<Certificate['tags']>): boolean {
  return wanted.every((one) => tags.some(({ TagKey, TagValue }) => TagKey === one.TagKey && TagValue === one.TagValue));
}
