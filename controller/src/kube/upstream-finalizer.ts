import type { V1ObjectMeta } from '@kubernetes/client-node';
import { programName, upstreamFinalizer } from '@clb-direct/shared/domain/names.ts';
import { isWritten } from './managed-fields.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';

type Metadata = Pick<V1ObjectMeta, 'finalizers' | 'managedFields'>;

/**
 * The API server keeps who set each finalizer, under the name at the start of the User-Agent. So ours is known after a
 * restart and when the setting has changed, and one that another controller put there is never taken off.
 */
export function upstreamFinalizerBy(metadata: Metadata): ServiceFacts['upstreamFinalizerBy'] {
  if (metadata.finalizers?.includes(upstreamFinalizer) !== true) return 'nobody';
  const item = `v:${JSON.stringify(upstreamFinalizer)}`;
  return isWritten(metadata, ['f:metadata', 'f:finalizers', item], programName.controller) ? 'us' : 'others';
}
