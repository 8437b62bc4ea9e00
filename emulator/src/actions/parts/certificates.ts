import type {
  CertificateInput,
  CertificateOutput,
  MultiCertInfo,
} from 'tencentcloud-sdk-nodejs/tencentcloud/services/clb/v20180317/clb_models.js';
import { ApiError } from '../../errors/api-error.ts';
import { drawLetters } from '../../runtime/random.ts';
import type { CertificateUse, LoadBalancer } from '../../state/model.ts';
import type { ActionContext, Answer } from './action.ts';

interface Upload {
  CertId?: string | undefined;
  CertName?: string | undefined;
  CertContent?: string | undefined;
  CertKey?: string | undefined;
}

/** The id of a certificate that is there, or of one that comes with the request. */
function idOf({ store, random, switches }: ActionContext, { CertId, CertName, CertContent, CertKey }: Upload): string {
  if (CertId !== undefined) {
    if (switches.anyCertificate || store.certificates.has(CertId)) return CertId;
    throw new ApiError('InvalidParameterValue', `The certificate ${CertId} is not found.`);
  }
  if (CertName === undefined || CertContent === undefined) {
    throw new ApiError('MissingParameter', 'A certificate needs CertId, or CertName and CertContent.');
  }
  const id = drawLetters(8, random);
  store.certificates.set(id, { name: CertName, certificate: CertContent, privateKey: CertKey });
  return id;
}

function fromSingle(context: ActionContext, input: CertificateInput): CertificateUse {
  if (input.CertId === undefined && input.CertKey === undefined) {
    throw new ApiError('MissingParameter', 'A certificate without CertId needs CertKey.');
  }
  const isMutual = input.SSLMode === 'MUTUAL';
  const ca = { CertId: input.CertCaId, CertName: input.CertCaName, CertContent: input.CertCaContent };
  return {
    sslMode: isMutual ? 'MUTUAL' : 'UNIDIRECTIONAL',
    certIds: [idOf(context, input)],
    caId: isMutual ? idOf(context, ca) : null,
    verifyClient: input.SSLVerifyClient === 'OPTIONAL' ? 'OPTIONAL' : 'ON',
  };
}

function fromMany(context: ActionContext, input: MultiCertInfo): CertificateUse {
  const ids = input.CertList.map((certificate) => idOf(context, certificate));
  const isCa = (id: string) => context.store.certificates.get(id)?.privateKey === undefined;
  const caId = ids.find(isCa) ?? null;
  if (input.SSLMode === 'MUTUAL' && caId === null) {
    throw new ApiError('InvalidParameterValue', 'CertList must hold a CA when SSLMode is MUTUAL.');
  }
  const verifyClient = input.SSLVerifyClient === 'OPTIONAL' ? 'OPTIONAL' : 'ON';
  const sslMode = input.SSLMode === 'MUTUAL' ? 'MUTUAL' : 'UNIDIRECTIONAL';
  return { sslMode, certIds: ids.filter((id) => id !== caId), caId, verifyClient };
}

/** The certificates that a request names or brings; null when it has none. */
export function takeCertificates(
  context: ActionContext,
  request: { Certificate?: CertificateInput; MultiCertInfo?: MultiCertInfo },
): CertificateUse | null {
  if (request.Certificate && request.MultiCertInfo) {
    throw new ApiError('InvalidParameter', 'Certificate and MultiCertInfo exclude each other.');
  }
  if (request.Certificate) return fromSingle(context, request.Certificate);
  return request.MultiCertInfo ? fromMany(context, request.MultiCertInfo) : null;
}

/** Whether a certificate or CA is one of these. */
export function usesCertificate(use: CertificateUse | null, id: string): boolean {
  return use !== null && (use.certIds.includes(id) || use.caId === id);
}

/** Whether a load balancer shows a certificate anywhere. */
export function showsCertificate({ listeners }: LoadBalancer, id: string): boolean {
  return listeners.some(
    (listener) =>
      usesCertificate(listener.certificate, id) || listener.rules.some((rule) => usesCertificate(rule.certificate, id)),
  );
}

/** How a listener or rule shows its certificates. */
export function describeCertificates(use: CertificateUse | null): Answer<CertificateOutput> | null {
  return (
    use && {
      SSLMode: use.sslMode,
      SSLVerifyClient: use.verifyClient,
      CertId: use.certIds[0] ?? '',
      CertCaId: use.caId ?? '',
      ExtCertIds: use.certIds.slice(1),
    }
  );
}
