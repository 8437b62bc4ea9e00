import { annotation } from '@clb-direct/shared/domain/names.ts';

export const image = 'clb-direct/example:0.1.0';

/** The ENI annotation, in whose absence the configured default decides. */
export const eniAnnotations = { [annotation.networks]: 'tke-route-eni' };

const eniRequest = {
  requests: { 'tke.cloud.tencent.com/eni-ip': '1' },
  limits: { 'tke.cloud.tencent.com/eni-ip': '1' },
};

export interface PodOptions {
  readonly app: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export function podTemplate({ app, annotations = eniAnnotations, env = {}, spec = {} }: PodOptions) {
  const container = {
    name: 'web',
    image,
    ports: [{ name: 'http', containerPort: 80 }],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
    resources: annotations[annotation.networks] === undefined ? {} : eniRequest,
  };
  return {
    metadata: { labels: { app }, annotations },
    spec: { terminationGracePeriodSeconds: 20, automountServiceAccountToken: false, containers: [container], ...spec },
  };
}

export function deployment(namespace: string, replicas: number, pod: PodOptions) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: pod.app, namespace },
    spec: { replicas, selector: { matchLabels: { app: pod.app } }, template: podTemplate(pod) },
  };
}

export interface ServiceOptions {
  readonly name: string;
  readonly app: string;
  /** Without it one is made. */
  readonly loadBalancerId?: string;
  readonly port?: number;
}

export function service(namespace: string, { name, app, loadBalancerId, port = 80 }: ServiceOptions) {
  const named = loadBalancerId === undefined ? {} : { [annotation.existingLoadBalancer]: loadBalancerId };
  const annotations = { [annotation.directAccess]: 'true', ...named };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, annotations },
    spec: { type: 'LoadBalancer', selector: { app }, ports: [{ name: 'web', port, targetPort: 80, protocol: 'TCP' }] },
  };
}

/** The same without a selector: its endpoints are those of `endpointSlice`. */
export function plainService(namespace: string, options: Omit<ServiceOptions, 'app'>) {
  const { spec, ...rest } = service(namespace, { ...options, app: '' });
  return { ...rest, spec: { type: spec.type, ports: spec.ports } };
}

export function endpointSlice(namespace: string, name: string, addresses: readonly string[]) {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'web', port: 80, protocol: 'TCP' }],
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  };
}

export function namespaceOf(name: string, labels: Readonly<Record<string, string>> = {}) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}
