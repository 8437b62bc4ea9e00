import type { FinalizerHolder } from '../core/model/cluster-port.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';

/** As the API server merges finalizers: what others put there stays. */
export function upstreamAfter(
  stands: ServiceFacts['upstreamFinalizerBy'],
  { isWanted, isOurs }: FinalizerHolder['upstreamFinalizer'],
  finalizer: boolean,
): ServiceFacts['upstreamFinalizerBy'] {
  if (finalizer) return isWanted && stands === 'nobody' ? 'us' : stands;
  return isOurs ? 'nobody' : stands;
}
