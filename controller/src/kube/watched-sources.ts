import { ingresses, services } from '@clb-direct/shared/kube/client/paths.ts';
import type { OwnerKind } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { readIngress } from '../core/sources/ingress/read-ingress.ts';
import { readService } from '../core/sources/service/read-service.ts';
import type { IngressFacts } from '../core/sources/ingress/ingress-facts.ts';
import type { Unmarked } from '../core/sources/service/mark.ts';
import type { ServiceFacts } from '../core/sources/service/service-facts.ts';
import type { SourceFacts } from './bare-owner.ts';
import { toIngressFacts } from './ingress-facts.ts';
import { toServiceFacts } from './service-facts.ts';

/** Objects of one kind that can be owners, and how one is read. */
export interface WatchedSource<F extends SourceFacts = SourceFacts> {
  readonly kind: OwnerKind;
  /** The resource in the API: the name of its reflector in logs and metrics. */
  readonly name: string;
  /** Spans all namespaces. */
  readonly path: string;
  /** Of the API server's JSON; undefined for an object that is, was and wants to be behind no CLB. */
  toFacts(raw: unknown): F | undefined;
  /** It is read again whenever something changes that its view refers to. */
  read(facts: F, related: RelatedObjects): OwnerView;
}

function serviceSource(unmarked: Unmarked): WatchedSource<ServiceFacts> {
  return {
    kind: 'Service',
    name: 'services',
    path: services(),
    toFacts: toServiceFacts,
    read: (facts, related) => readService(facts, related, unmarked),
  };
}

const ingressSource: WatchedSource<IngressFacts> = {
  kind: 'Ingress',
  name: 'ingresses',
  path: ingresses(),
  toFacts: toIngressFacts,
  read: readIngress,
};

/**
 * All kinds of owners. A new kind is a folder in core/sources, an entry here, one in owner-kinds.ts,
 * and the permissions to list, watch and patch it (manifests and uninstallRules).
 */
export function watchedSources(unmarked: Unmarked = 'ignore'): readonly WatchedSource[] {
  return [serviceSource(unmarked), ingressSource];
}
