import type { V1ObjectMeta } from '@kubernetes/client-node';

/** Who an object is; empty texts for what the API server did not say. */
export function named({ metadata }: { readonly metadata?: V1ObjectMeta }) {
  return { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
}
