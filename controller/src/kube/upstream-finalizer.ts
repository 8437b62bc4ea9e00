import type { V1ObjectMeta } from '@kubernetes/client-node';
import { programName, upstreamFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';

type Metadata = Pick<V1ObjectMeta, 'finalizers' | 'managedFields'>;

/**
 * The API server keeps who set each finalizer, under the name at the start of the User-Agent. So ours is known after a
 * restart and when the setting has changed, and one that another controller put there is never taken off.
 */
export function upstreamFinalizerBy({ finalizers, managedFields }: Metadata): ServiceFacts['upstreamFinalizerBy'] {
  if (finalizers?.includes(upstreamFinalizer) !== true) return 'nobody';
  const own = (managedFields ?? []).filter(({ manager }) => manager === programName.controller);
  return own.some(({ fieldsV1 }) => sets(fieldsV1)) ? 'us' : 'others';
}

/** FieldsV1: an item of a set is the key `v:` with its value as JSON. */
function sets(fields: unknown): boolean {
  const metadata = fieldOf(fields, 'f:metadata');
  return fieldOf(fieldOf(metadata, 'f:finalizers'), `v:${JSON.stringify(upstreamFinalizer)}`) !== undefined;
}

function fieldOf(fields: unknown, name: string): unknown {
  return typeof fields === 'object' && fields !== null
    ? (fields as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
