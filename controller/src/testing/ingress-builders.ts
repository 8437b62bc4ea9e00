import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import type { BackendService } from '../core/model/related-objects.ts';
import type { IngressBackend, IngressFacts, IngressPath } from '../core/sources/ingress/ingress-facts.ts';
import { aPort, clbId } from './builders.ts';

export function aBackend(name = 'web', port: number | string = 80): IngressBackend {
  return { kind: 'service', name, port };
}

/** All requests of every host, to the Service web. */
export function aPath(overrides: Partial<IngressPath> = {}): IngressPath {
  return { host: '', path: '/', pathType: 'Prefix', backend: aBackend(), ...overrides };
}

export const directAccess = { [ingressAnnotation.directAccess]: 'true' };
export const onExisting = { ...directAccess, [ingressAnnotation.existingLoadBalancer]: clbId };

/** An Ingress of ours on lb-one as its author wrote it. */
export function anIngress(overrides: Partial<IngressFacts> = {}): IngressFacts {
  const { namespace = 'shop', name = 'site' } = overrides;
  return {
    uid: `uid-${name}`,
    namespace,
    name,
    createdAtMs: 0,
    ending: false,
    className: 'qcloud',
    annotations: onExisting,
    paths: [aPath()],
    bareHosts: [],
    defaultBackend: undefined,
    tls: [],
    leftOut: 0,
    hasFinalizer: false,
    recordedLoadBalancers: [],
    shownInUse: undefined,
    ingress: [],
    condition: undefined,
    ...overrides,
  };
}

/** The Service of the web app, for other owners. */
export function aBackendService(overrides: Partial<BackendService> = {}): BackendService {
  return { type: 'ClusterIP', selector: { app: 'web' }, ports: [aPort()], publishNotReady: false, ...overrides };
}
