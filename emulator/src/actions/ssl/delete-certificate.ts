import { ApiError } from '../../errors/api-error.ts';
import { defineSslAction } from './define-ssl-action.ts';

/** Also one that a load balancer shows: the product checks that only if it is asked to, which is not emulated. */
export const deleteCertificate = defineSslAction('DeleteCertificate', ({ CertificateId: id }, { store }) => {
  if (!store.certificates.delete(id)) {
    throw new ApiError('FailedOperation.CertificateNotFound', `The certificate ${id} is not found.`);
  }
  return { DeleteResult: true };
});
