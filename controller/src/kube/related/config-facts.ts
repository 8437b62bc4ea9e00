import type { V1ObjectMeta } from '@kubernetes/client-node';
import { managedBy, programName } from '@clb-direct/shared/domain/names.ts';
import type { KeptConfig, TkeServiceConfigFacts } from '../../core/model/related-objects.ts';
import { isTooLarge } from '../../core/sources/service/config/config-size.ts';
import { isWritten } from '../managed-fields.ts';

type Metadata = Pick<V1ObjectMeta, 'annotations' | 'labels' | 'managedFields' | 'ownerReferences' | 'resourceVersion'>;

export function toConfigFacts(raw: unknown): TkeServiceConfigFacts {
  const { spec, metadata = {} } = raw as { readonly metadata?: Metadata; readonly spec?: unknown };
  const kept = keptConfig(metadata);
  return isTooLarge(spec) ? { spec: undefined, isTooLarge: true, kept } : { spec, kept };
}

/** More than one is rare, and people may write any number. */
const mostOwners = 100;

function keptConfig(metadata: Metadata): KeptConfig | undefined {
  const { labels = {}, ownerReferences = [], resourceVersion: version = '' } = metadata;
  const kept = { version, ownerUids: ownerReferences.slice(0, mostOwners).map(({ uid }) => uid) };
  const label = labels[managedBy];
  if (label !== undefined) return label === programName.controller ? { ...kept, madeBy: 'us' } : undefined;
  if (isDeclared(metadata)) return undefined;
  // Who creates an object owns its whole spec; who changes it owns only fields within.
  const isOfTke = isWritten(metadata, ['f:spec', '.'], tkeController);
  return { ...kept, madeBy: isOfTke ? 'tke' : undefined };
}

/** As TKE's controller appears in metadata.managedFields. */
const tkeController = 'service-controller';

/** Somebody applies a manifest of it: what is changed here, the next apply would change back. */
function isDeclared({ annotations = {}, managedFields = [] }: Metadata): boolean {
  return (
    annotations['kubectl.kubernetes.io/last-applied-configuration'] !== undefined ||
    managedFields.some(({ operation }) => operation === 'Apply')
  );
}
