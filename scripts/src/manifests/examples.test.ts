import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { readFolder } from './read-manifests.ts';

// TKE doc "CLB direct to pod" (457/41897), but for the image and the CLB's id.
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { labels: { app: 'nginx' }, name: 'nginx-deployment-eni' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { annotations: { 'tke.cloud.tencent.com/networks': 'tke-route-eni' }, labels: { app: 'nginx' } },
      spec: {
        containers: [
          {
            image: 'clb-direct/example:0.1.0',
            name: 'nginx',
            resources: {
              requests: { 'tke.cloud.tencent.com/eni-ip': '1' },
              limits: { 'tke.cloud.tencent.com/eni-ip': '1' },
            },
          },
        ],
      },
    },
  },
};
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    annotations: { 'service.cloud.tencent.com/direct-access': 'true' },
    labels: { app: 'nginx' },
    name: 'nginx-service-eni',
  },
  spec: {
    externalTrafficPolicy: 'Cluster',
    ports: [{ name: '80-80-no', port: 80, protocol: 'TCP', targetPort: 80 }],
    selector: { app: 'nginx' },
    sessionAffinity: 'None',
    type: 'LoadBalancer',
  },
};

// The document's Ingress as networking.k8s.io/v1 has it, and the Service that it sends to.
const backend = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { labels: { app: 'nginx' }, name: 'nginx' },
  spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }], selector: { app: 'nginx' } },
};
const to = { service: { name: 'nginx', port: { number: 80 } } };
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    annotations: { 'ingress.cloud.tencent.com/direct-access': 'true', 'kubernetes.io/ingress.class': 'qcloud' },
    name: 'test-ingress',
    namespace: 'default',
  },
  spec: { rules: [{ http: { paths: [{ backend: to, path: '/', pathType: 'ImplementationSpecific' }] } }] },
};

test("The examples are the documents' objects, and what they need.", () => {
  const gateways = new Set(readFolder('examples/gateways').map(({ metadata }) => metadata.name));
  const all = readFolder('examples').filter(({ metadata }) => !gateways.has(metadata.name));
  expect(all).toHaveLength(4);
  expect(all).toEqual(expect.arrayContaining([deployment, service, backend, ingress]));
});

test('The annotations of the example are spelled as the code spells them.', () => {
  expect(Object.keys(service.metadata.annotations)).toEqual([annotation.directAccess]);
  const { directAccess, class: className } = ingressAnnotation;
  expect(Object.keys(ingress.metadata.annotations)).toEqual([directAccess, className]);
});
