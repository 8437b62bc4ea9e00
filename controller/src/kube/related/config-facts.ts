import type { KubernetesObject } from '@kubernetes/client-node';
import { managedBy, programName } from '@clb-direct/shared/domain/names.ts';
import type { TkeServiceConfigFacts } from '../../core/model/related-objects.ts';

export function toConfigFacts(raw: unknown): TkeServiceConfigFacts {
  const { spec, metadata } = raw as KubernetesObject & { readonly spec?: unknown };
  if (metadata?.labels?.[managedBy] !== programName.controller) return { spec };
  const { ownerReferences = [], resourceVersion = '' } = metadata;
  return { spec, kept: { version: resourceVersion, ownerUids: ownerReferences.map(({ uid }) => uid) } };
}
