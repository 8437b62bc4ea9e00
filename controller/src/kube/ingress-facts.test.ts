import { expect, test } from '@jest/globals';
import { toIngressFacts } from './ingress-facts.ts';
import { toBackendService } from './related/backend-service.ts';

const metadata = { uid: 'uid-1', namespace: 'shop', name: 'site' };
const service = { name: 'web', port: { number: 80 } };

test('Of an Ingress what is used is kept.', () => {
  const facts = toIngressFacts({
    metadata: {
      ...metadata,
      creationTimestamp: '1970-01-01T00:00:01Z',
      finalizers: ['clb-direct.io/listeners'],
      annotations: {
        'kubernetes.io/ingress.existLbId': 'lb-1',
        'clb-direct.io/load-balancers': 'lb-2, lb-1',
        'kubernetes.io/ingress.qcloud-loadbalance-id': 'lb-3',
        'nginx.ingress.kubernetes.io/rewrite-target': '/',
      },
    },
    spec: {
      ingressClassName: 'qcloud',
      defaultBackend: { resource: { kind: 'Bucket', name: 'files' } },
      tls: [{ hosts: ['a.com'], secretName: 'cert' }, {}],
      rules: [
        { host: 'a.com', http: { paths: [{ path: '/x', pathType: 'Exact', backend: { service } }] } },
        { http: { paths: [{ pathType: 'ImplementationSpecific', backend: {} }] } },
        { host: 'b.com' },
      ],
    },
    status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'a.example' }] } },
  });
  expect(facts).toEqual({
    ...metadata,
    createdAtMs: 1_000,
    ending: false,
    className: 'qcloud',
    annotations: {
      'kubernetes.io/ingress.existLbId': 'lb-1',
      'clb-direct.io/load-balancers': 'lb-2, lb-1',
      'kubernetes.io/ingress.qcloud-loadbalance-id': 'lb-3',
    },
    hasFinalizer: true,
    recordedLoadBalancers: ['lb-1', 'lb-2'],
    shownInUse: 'lb-3',
    paths: [
      { host: 'a.com', path: '/x', pathType: 'Exact', backend: { kind: 'service', name: 'web', port: 80 } },
      { host: '', path: '', pathType: 'ImplementationSpecific', backend: { kind: 'resource' } },
    ],
    bareHosts: ['b.com'],
    defaultBackend: { kind: 'resource' },
    tls: [
      { hosts: ['a.com'], secretName: 'cert' },
      { hosts: [], secretName: '' },
    ],
    ingress: ['192.0.2.1', 'a.example'],
  });
});

test.each([{}, { metadata: {} }, { metadata: { name: 'site' } }])('What is no Ingress is none: %j.', (raw) => {
  expect(toIngressFacts(raw)).toBeUndefined();
});

test('An Ingress of nothing but its name asks for nothing.', () => {
  expect(toIngressFacts({ metadata })).toMatchObject({ paths: [], tls: [], annotations: {}, hasFinalizer: false });
});

test('Of a Service that an Ingress sends to what is used is kept.', () => {
  const ports = [{ port: 80 }, { name: 'http', port: 81, targetPort: 'web', protocol: 'UDP' }];
  expect(toBackendService({ spec: { selector: { app: 'web' }, ports, publishNotReadyAddresses: true } })).toEqual({
    type: 'ClusterIP',
    selector: { app: 'web' },
    ports: [
      { name: '', protocol: 'TCP', port: 80, targetPort: 80 },
      { name: 'http', protocol: 'UDP', port: 81, targetPort: 'web' },
    ],
    publishNotReady: true,
    annotations: {},
  });
  expect(toBackendService({})).toMatchObject({ selector: {}, ports: [] });
});
