import { image, podTemplate } from './manifests.ts';

/** The pods of a gateway as its chart or operator makes them, as far as a balancer and a kubelet see them. */
export interface GatewayPods {
  readonly name: string;
  readonly namespace: string;
  /** The labels that its Service selects. */
  readonly labels: Readonly<Record<string, string>>;
  readonly containerPorts: readonly ContainerPort[];
  /** What it listens on besides. */
  readonly otherPorts?: readonly number[];
  readonly readiness: { readonly path: string; readonly port: number };
  /** Ports of its Service, and those of the pod that answer there. */
  readonly answers: readonly (readonly [protocol: 'TCP' | 'UDP', port: number, podPort: number])[];
}

interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly protocol?: 'UDP';
}

const helmLabels = (name: string, instance: string) => ({
  'app.kubernetes.io/instance': instance,
  'app.kubernetes.io/name': name,
});

export const gateways: readonly GatewayPods[] = [
  {
    name: 'ingress-nginx-controller',
    namespace: 'ingress-nginx',
    labels: { 'app.kubernetes.io/component': 'controller', ...helmLabels('ingress-nginx', 'ingress-nginx') },
    containerPorts: [
      { name: 'http', containerPort: 80 },
      { name: 'https', containerPort: 443 },
      { name: 'webhook', containerPort: 8443 },
    ],
    otherPorts: [10254],
    readiness: { path: '/healthz', port: 10254 },
    answers: [
      ['TCP', 80, 80],
      ['TCP', 443, 443],
    ],
  },
  {
    // The ports of its listeners are not among those of the container.
    name: 'envoy-default-eg-e41e7b31',
    namespace: 'envoy-gateway-system',
    labels: {
      'app.kubernetes.io/component': 'proxy',
      'app.kubernetes.io/managed-by': 'envoy-gateway',
      'app.kubernetes.io/name': 'envoy',
      'gateway.envoyproxy.io/owning-gateway-name': 'eg',
      'gateway.envoyproxy.io/owning-gateway-namespace': 'default',
    },
    containerPorts: [
      { name: 'metrics', containerPort: 19001 },
      { name: 'readiness', containerPort: 19003 },
    ],
    otherPorts: [10080, 10443],
    readiness: { path: '/ready', port: 19003 },
    answers: [
      ['TCP', 80, 10080],
      ['TCP', 443, 10443],
    ],
  },
  {
    name: 'istio-ingressgateway',
    namespace: 'istio-system',
    labels: { app: 'istio-ingressgateway', istio: 'ingressgateway' },
    containerPorts: [{ name: 'http-envoy-prom', containerPort: 15090 }],
    otherPorts: [15021, 80, 443],
    readiness: { path: '/healthz/ready', port: 15021 },
    answers: [
      ['TCP', 15021, 15021],
      ['TCP', 80, 80],
      ['TCP', 443, 443],
    ],
  },
  {
    name: 'traefik',
    namespace: 'traefik',
    labels: helmLabels('traefik', 'traefik-traefik'),
    containerPorts: [
      { name: 'metrics', containerPort: 9100 },
      { name: 'traefik', containerPort: 8080 },
      { name: 'web', containerPort: 8000 },
      { name: 'websecure', containerPort: 8443 },
      { name: 'websecure-http3', containerPort: 8443, protocol: 'UDP' },
    ],
    readiness: { path: '/ping', port: 8080 },
    answers: [
      ['TCP', 80, 8000],
      ['TCP', 443, 8443],
      ['UDP', 443, 8443],
    ],
  },
];

/** Cilium's Envoy runs in the host network of each node, and declares no port. */
export const ciliumEnvoy = {
  name: 'cilium-envoy',
  namespace: 'kube-system',
  labels: { 'k8s-app': 'cilium-envoy' },
  containerPorts: [],
  otherPorts: [9878],
  readiness: { path: '/healthz', port: 9878 },
  answers: [],
} as const satisfies GatewayPods;

/** Answers on every port which pod it is, which of its ports was asked, and by whom. */
const server = `
  const { hostname } = require('node:os');
  const said = (port, client) => JSON.stringify({ pod: hostname(), port: Number(port), client });
  const ports = (name) => (process.env[name] ?? '').split(' ').filter(Boolean);
  for (const port of ports('TCP')) {
    const answer = ({ socket }, response) => response.end(said(port, socket.remoteAddress));
    require('node:http').createServer(answer).listen(port, '0.0.0.0');
  }
  for (const port of ports('UDP')) {
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (_, { address, port: from }) => socket.send(said(port, address), from, address)).bind(port);
  }
  process.once('SIGTERM', () => process.exit());
`;

export function gatewayDeployment(gateway: GatewayPods, spec: Readonly<Record<string, unknown>> = {}) {
  const { name, namespace, labels, containerPorts, otherPorts = [], readiness } = gateway;
  const isUdp = ({ protocol }: ContainerPort) => protocol === 'UDP';
  const tcp = [...containerPorts.filter((one) => !isUdp(one)).map(({ containerPort }) => containerPort), ...otherPorts];
  const udp = containerPorts.filter(isUdp).map(({ containerPort }) => containerPort);
  const { metadata, spec: pod } = podTemplate({ app: name });
  const container = {
    ...pod.containers[0],
    image,
    command: ['/nodejs/bin/node', '-e', server],
    env: [
      { name: 'TCP', value: tcp.join(' ') },
      { name: 'UDP', value: udp.join(' ') },
    ],
    ports: containerPorts,
    // As its chart has it, but more often.
    readinessProbe: { httpGet: { scheme: 'HTTP', ...readiness }, periodSeconds: 1 },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { ...metadata, labels }, spec: { ...pod, containers: [container], ...spec } },
    },
  };
}
