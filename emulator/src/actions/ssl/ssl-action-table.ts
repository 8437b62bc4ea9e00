import type { Action } from '../parts/action.ts';
import { deleteCertificate } from './delete-certificate.ts';
import { describeCertificates } from './describe-certificates.ts';
import { uploadCertificate } from './upload-certificate.ts';

/** The actions of the SSL product that the emulator knows: certificates that load balancers show. */
export const sslActionTable: ReadonlyMap<string, Action> = new Map(
  [deleteCertificate, describeCertificates, uploadCertificate].map((action) => [action.name, action]),
);
