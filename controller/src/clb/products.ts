import { sslActions } from './ssl-actions.ts';
import { vpcActions } from './vpc-actions.ts';

/** As CAM and the addresses of the APIs name it. */
export type Product = 'clb' | 'ssl' | 'vpc';

export function productOf(action: string): Product {
  if (sslActions.has(action)) return 'ssl';
  return vpcActions.has(action) ? 'vpc' : 'clb';
}

/** Where a product is asked: at the address of CLB with its own name for clb, as Tencent names all of them. */
export function endpointOf(product: Product, clbEndpoint: string): string {
  return clbEndpoint.replace(/^(https?:\/\/)clb[.]/, `$1${product}.`);
}
