import type * as Models from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_models.js';

/** The actions of the SSL product that we use, as those of CLB in actions.ts. */
export interface SslActions {
  DescribeCertificates: [Models.DescribeCertificatesRequest, Models.DescribeCertificatesResponse];
  UploadCertificate: [Models.UploadCertificateRequest, Models.UploadCertificateResponse];
  DeleteCertificate: [Models.DeleteCertificateRequest, Models.DeleteCertificateResponse];
}

export const sslActions: ReadonlySet<string> = new Set<keyof SslActions>([
  'DescribeCertificates',
  'UploadCertificate',
  'DeleteCertificate',
]);
