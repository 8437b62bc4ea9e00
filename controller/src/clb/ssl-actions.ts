import type * as Models from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/ssl_models.js';

/** The actions of the SSL product that we use, as those of CLB in actions.ts. */
export interface SslActions {
  DescribeCertificates: [Models.DescribeCertificatesRequest, Models.DescribeCertificatesResponse];
  UploadCertificate: [Models.UploadCertificateRequest, Models.UploadCertificateResponse];
  DeleteCertificate: [Models.DeleteCertificateRequest, Models.DeleteCertificateResponse];
}

const names: ReadonlySet<string> = new Set<keyof SslActions>([
  'DescribeCertificates',
  'UploadCertificate',
  'DeleteCertificate',
]);

/** As CAM and the addresses of the APIs name it. */
export type Product = 'clb' | 'ssl';

export function productOf(action: string): Product {
  return names.has(action) ? 'ssl' : 'clb';
}

/** Where a product is asked: the SSL product at the address of CLB with ssl for clb, as Tencent names all of them. */
export function endpointOf(product: Product, clbEndpoint: string): string {
  return clbEndpoint.replace(/^(https?:\/\/)clb[.]/, `$1${product}.`);
}
