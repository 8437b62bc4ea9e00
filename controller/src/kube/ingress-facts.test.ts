import { expect, test } from '@jest/globals';
import { mapPaths } from '../core/sources/ingress/paths.ts';
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
    leftOut: 0,
    ingress: ['192.0.2.1', 'a.example'],
  });
});

test.each([{}, { metadata: {} }, { metadata: { name: 'site' } }])('What is no Ingress is none: %j.', (raw) => {
  expect(toIngressFacts(raw)).toBeUndefined();
});

test('An Ingress of nothing but its name asks for nothing.', () => {
  expect(toIngressFacts({ metadata })).toMatchObject({ paths: [], tls: [], annotations: {}, hasFinalizer: false });
});

const some = (count: number) => Array.from({ length: count }, (_, at) => at);
const pathAt = (path: string) => ({ path, pathType: 'Prefix', backend: { service } });

test('Of 36,000 paths 1,000 are kept, and how many more there were.', () => {
  const rules = [{ http: { paths: some(36_000).map((at) => pathAt(`/${at}`)) } }];
  const { paths, leftOut } = toIngressFacts({ metadata, spec: { rules } }) ?? {};
  expect(paths).toHaveLength(1_000);
  expect([paths?.[999]?.path, leftOut]).toEqual(['/999', 35_000]);
});

test('Of thousands of hosts, and of entries for TLS, a thousand are kept: those of its rules.', () => {
  const rules = some(3_000).map((at) => ({ host: `h${at}.com` }));
  const others = some(2_000).map((at) => ({ hosts: [`other${at}.com`, 'more.com'], secretName: 'other' }));
  const tls = [...others, { hosts: some(3_000).map((at) => `h${at}.com`), secretName: 'own' }];
  const facts = toIngressFacts({ metadata, spec: { rules, tls: [...tls, { secretName: 'late' }] } });
  expect(facts?.bareHosts).toHaveLength(1_000);
  expect(facts?.tls).toEqual([{ hosts: some(1_000).map((at) => `h${at}.com`), secretName: 'own' }]);
  expect(facts?.leftOut).toBe(2_000 + 4_000 + 2_000 + 1);
});

test.each([`/${'a'.repeat(500_000)}`, `/a${'/'.repeat(500_000)}b`])(
  'A path of any length stays one that no CLB takes.',
  (path) => {
    const { paths = [] } = toIngressFacts({ metadata, spec: { rules: [{ http: { paths: [pathAt(path)] } }] } }) ?? {};
    expect(paths[0]?.path.length).toBeLessThan(400);
    expect(mapPaths(paths)).toMatchObject({
      urls: [],
      refused: [{ why: expect.stringContaining('too long') as unknown }],
    });
  },
);

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
