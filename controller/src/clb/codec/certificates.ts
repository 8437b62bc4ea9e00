import type { Certificates } from '../../core/model/settings.ts';
import type { Answer, Request } from '../actions.ts';
import { given, textOrNothing, type Item } from './fields.ts';

type CertificateAnswer = Item<Answer<'DescribeListeners'>['Listeners']>['Certificate'];

/** Undefined where the listener or domain has none. The second certificate and more stand apart, in ExtCertIds. */
export function toCertificates(answer: CertificateAnswer | undefined): Certificates | undefined {
  const ids = [answer?.CertId, ...(answer?.ExtCertIds ?? [])].flatMap((id) => textOrNothing(id) ?? []);
  if (ids.length === 0) return undefined;
  const mode = answer?.SSLMode === 'MUTUAL' ? 'MUTUAL' : 'UNIDIRECTIONAL';
  const caId = mode === 'MUTUAL' ? textOrNothing(answer?.CertCaId) : undefined;
  return { mode, ids: ids.toSorted(), ...given<Certificates>({ caId }) };
}

type CertificateFields = Pick<Request<'ModifyListener'>, 'Certificate' | 'MultiCertInfo'>;

/** The API takes one certificate in one field and several in another, and never both. */
export function certificateFields(certificates: Certificates | undefined): CertificateFields {
  if (certificates === undefined) return {};
  const { mode, ids, caId } = certificates;
  const [first, second] = ids;
  if (second === undefined) {
    return { Certificate: { SSLMode: mode, CertId: first ?? '', ...given<{ CertCaId: string }>({ CertCaId: caId }) } };
  }
  const all = caId === undefined ? ids : [...ids, caId];
  return { MultiCertInfo: { SSLMode: mode, CertList: all.map((CertId) => ({ CertId })) } };
}

/** For the guard: to name no certificate is as wrong as to name an empty one. */
export function certificateIds(certificates: Certificates | undefined): readonly string[] {
  if (certificates === undefined) return [];
  const { ids, caId } = certificates;
  return [...(ids.length === 0 ? [''] : ids), ...(caId === undefined ? [] : [caId])];
}
