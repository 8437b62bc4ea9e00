import type { KubeApi } from '@clb-direct/shared/kube/client/kube-api.ts';
import { listPages } from '@clb-direct/shared/kube/client/list-pages.ts';
import { services } from '@clb-direct/shared/kube/client/paths.ts';
import {
  nothingRelated,
  type BackendService,
  type ObjectReference,
  type Related,
  type RelatedFacts,
  type RelatedKind,
  type RelatedObjects,
} from '../core/model/related-objects.ts';
import { toBackendService } from '../kube/related/backend-service.ts';

const pageSize = 500;

/** The Services of the cluster, which say which pods are behind an Ingress; nothing else that owners refer to. */
export async function readBackendServices(api: KubeApi, signal: AbortSignal): Promise<RelatedObjects> {
  const found = new Map<string, BackendService>();
  await listPages({ api, path: services(), query: {}, pageSize, signal, onPage: () => undefined }, (raw) => {
    const { metadata } = raw as { readonly metadata?: { readonly namespace?: string; readonly name?: string } };
    found.set(`${metadata?.namespace}/${metadata?.name}`, toBackendService(raw));
  });
  return {
    related: <K extends RelatedKind>(reference: ObjectReference<K>) => {
      const facts = reference.kind === 'Service' ? found.get(`${reference.namespace}/${reference.name}`) : undefined;
      if (facts === undefined) return nothingRelated.related(reference);
      return { state: 'found', facts } as Related<RelatedFacts[K]>;
    },
  };
}
