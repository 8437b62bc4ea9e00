import type {
  V1HTTPIngressPath,
  V1Ingress,
  V1IngressBackend,
  V1IngressRule,
  V1IngressSpec,
  V1ObjectMeta,
} from '@kubernetes/client-node';
import { readCondition } from '@clb-direct/shared/domain/annotated-condition.ts';
import { ingressAnnotation, ingressPrefixes } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation, serviceFinalizer } from '@clb-direct/shared/domain/names.ts';
import type { IngressBackend, IngressFacts, IngressPath } from '../core/sources/ingress/ingress-facts.ts';
import { keptOfIngress } from './kept-of-ingress.ts';
import { identityOf, ingressOf, listOf } from './service-facts.ts';

/** undefined: no Ingress that anybody could read. Whose it is depends on its class, so every other one is kept. */
export function toIngressFacts(raw: unknown): IngressFacts | undefined {
  const { metadata, spec, status } = raw as V1Ingress;
  const identity = metadata === undefined ? undefined : identityOf(metadata);
  if (metadata === undefined || identity === undefined) return undefined;
  return { ...identity, ...annotated(metadata), ...specified(spec ?? {}), ingress: ingressOf(status) };
}

type Spec = Pick<V1IngressSpec, 'ingressClassName' | 'rules' | 'defaultBackend' | 'tls'>;

function specified({ ingressClassName, rules = [], defaultBackend, tls = [] }: Spec) {
  return {
    className: ingressClassName,
    ...keptOfIngress({
      paths: rules.flatMap(pathsOf),
      bareHosts: rules.filter(({ http }) => (http?.paths ?? []).length === 0).map(({ host = '' }) => host),
      tls: tls.map(({ hosts = [], secretName = '' }) => ({ hosts, secretName })),
    }),
    defaultBackend: defaultBackend === undefined ? undefined : backendOf(defaultBackend),
  };
}

function annotated({ annotations = {}, finalizers }: V1ObjectMeta) {
  const names = Object.keys(annotations).filter((name) => ingressPrefixes.some((prefix) => name.startsWith(prefix)));
  return {
    annotations: Object.fromEntries(names.map((name) => [name, annotations[name] ?? ''])),
    hasFinalizer: finalizers?.includes(serviceFinalizer) === true,
    recordedLoadBalancers: listOf(annotations[annotation.loadBalancers]),
    shownInUse: annotations[ingressAnnotation.loadBalancerId],
    condition: readCondition(annotations[annotation.condition]),
  };
}

function pathsOf({ host = '', http }: V1IngressRule): readonly IngressPath[] {
  return (http?.paths ?? []).map(({ path = '', pathType, backend }: V1HTTPIngressPath) => {
    return { host, path, pathType, backend: backendOf(backend) };
  });
}

/** The API server takes either a Service with one of both ports, or a resource. */
function backendOf({ service }: V1IngressBackend): IngressBackend {
  const port = service?.port?.name ?? service?.port?.number;
  if (service === undefined || port === undefined) return { kind: 'resource' };
  return { kind: 'service', name: service.name, port };
}
