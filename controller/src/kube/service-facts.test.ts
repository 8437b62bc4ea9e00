import { describe, expect, test } from '@jest/globals';
import { aPort, aService } from '../testing/builders.ts';
import { toServiceFacts } from './service-facts.ts';

interface Parts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly status?: object;
}

function rawService(parts: Parts = {}) {
  return {
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'uid-web',
      creationTimestamp: '1970-01-01T00:00:00Z',
      finalizers: ['service.kubernetes.io/load-balancer-cleanup', 'clb-direct.io/listeners'],
      annotations: {
        'clb-direct.io/managed': 'true',
        'service.kubernetes.io/tke-existed-lbid': ' lb-one\n',
        'clb-direct.io/load-balancers': 'lb-one',
        'service.kubernetes.io/loadbalance-id': 'lb-one',
      },
      ...parts.metadata,
    },
    spec: {
      type: 'LoadBalancer',
      selector: { app: 'web' },
      ports: [{ port: 80, targetPort: 8080, protocol: 'TCP', nodePort: 30_080 }],
      ...parts.spec,
    },
    status: { loadBalancer: {}, ...parts.status },
  };
}

const bare = { finalizers: undefined, annotations: undefined };

describe('what is kept of a Service', () => {
  test('is what anything may decide on', () => {
    const annotations = { 'clb-direct.io/managed': 'true', 'service.kubernetes.io/tke-existed-lbid': ' lb-one\n' };
    expect(toServiceFacts(rawService())).toEqual(
      aService({ annotations, upstreamFinalizerBy: 'others', ports: [aPort({ nodePort: 30_080 })] }),
    );
  });

  test.each<[string, Parts, object]>([
    [
      'no annotations and no finalizer',
      { metadata: bare },
      { managed: undefined, recordedLoadBalancers: [], hasFinalizer: false },
    ],
    ['an ending Service', { metadata: { deletionTimestamp: '2026-01-02T03:05:00Z' } }, { ending: true }],
    [
      'a record that was edited by hand',
      { metadata: { annotations: { 'clb-direct.io/load-balancers': ' lb-b,, lb-a ' } } },
      { recordedLoadBalancers: ['lb-a', 'lb-b'] },
    ],
    [
      'annotations about load balancers, and none that a controller writes',
      {
        metadata: {
          annotations: {
            'clb-direct.io/new': 'a',
            'service.cloud.tencent.com/mode': 'b',
            'service.cloud.tencent.com/client-token': 'c',
            'example.com/other': 'd',
          },
        },
      },
      { annotations: { 'clb-direct.io/new': 'a', 'service.cloud.tencent.com/mode': 'b' } },
    ],
    [
      'ports without the defaulted fields',
      { spec: { ports: [{ port: 443 }] } },
      { ports: [{ name: '', protocol: 'TCP', port: 443, targetPort: 443 }] },
    ],
    [
      'a named target port',
      { spec: { ports: [{ port: 80, targetPort: 'http' }] } },
      { ports: [{ targetPort: 'http' }] },
    ],
    [
      'a policy for traffic from outside',
      { spec: { externalTrafficPolicy: 'Local' } },
      { externalTrafficPolicy: 'Local' },
    ],
    ['no ports and no selector', { spec: { ports: undefined, selector: undefined } }, { ports: [], selector: {} }],
    [
      'addresses',
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'x.example' }] } } },
      { ingress: ['192.0.2.1', 'x.example'], ingressModes: [''] },
    ],
    [
      'how addresses are reached inside the cluster',
      { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1', ipMode: 'Proxy' }, { hostname: 'x.example' }] } } },
      { ingressModes: ['Proxy'] },
    ],
    [
      'our condition among others',
      {
        status: {
          conditions: [
            { type: 'LoadBalancerPortsError', status: 'True', reason: 'x', message: 'y' },
            {
              type: 'clb-direct.io/Ready',
              status: 'False',
              reason: 'NoPodFits',
              message: 'm',
              lastTransitionTime: 't',
            },
          ],
        },
      },
      { condition: { status: 'False', reason: 'NoPodFits', message: 'm' } },
    ],
    ['no status', { status: { loadBalancer: undefined } }, { ingress: [], ingressModes: [] }],
    [
      'fields without effect',
      {
        spec: {
          loadBalancerSourceRanges: ['192.0.2.0/24'],
          sessionAffinity: 'ClientIP',
          sessionAffinitySeconds: 60,
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
          publishNotReadyAddresses: true,
          loadBalancerIP: '192.0.2.9',
        },
        metadata: { annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': ' 10.0.0.0/8 ' } },
      },
      {
        loadBalancerSourceRanges: ['192.0.2.0/24'],
        sourceRangesAnnotation: '10.0.0.0/8',
        sessionAffinity: 'ClientIP',
        publishNotReadyAddresses: true,
        loadBalancerIP: '192.0.2.9',
      },
    ],
    [
      'a health check port that somebody wrote',
      {
        spec: { healthCheckNodePort: 32_000 },
        metadata: { managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:healthCheckNodePort': {} } } }] },
      },
      { healthCheckNodePort: 32_000 },
    ],
    [
      'a health check port that Kubernetes allocated',
      {
        spec: { healthCheckNodePort: 32_000 },
        metadata: { managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': { 'f:type': {} } } }] },
      },
      { healthCheckNodePort: undefined },
    ],
    ['a class', { spec: { loadBalancerClass: 'clb-direct.io/clb' } }, { loadBalancerClass: 'clb-direct.io/clb' }],
  ])('%s', (_, parts, expected) => {
    expect(toServiceFacts(rawService(parts))).toMatchObject(expected);
  });

  test('a Service that is no load balancer any more is kept while our finalizer stands', () => {
    const spec = { type: 'ClusterIP' };
    expect(toServiceFacts(rawService({ spec }))).toMatchObject({ type: 'ClusterIP', hasFinalizer: true });
    expect(toServiceFacts(rawService({ spec, metadata: bare }))).toBeUndefined();
  });

  test('a Service that is no load balancer is kept when it has our mark', () => {
    const raw = (managed: string) =>
      rawService({
        spec: { type: 'ClusterIP' },
        metadata: { ...bare, annotations: { 'clb-direct.io/managed': managed } },
      });
    expect(toServiceFacts(raw('true'))).toMatchObject({ type: 'ClusterIP', hasFinalizer: false });
    expect(toServiceFacts(raw('false'))).toBeUndefined();
  });

  test('a Service that has nothing of ours but our condition is kept, so that it is removed', () => {
    const spec = { type: 'ClusterIP' };
    const conditions = [{ type: 'clb-direct.io/Ready', status: 'True', reason: 'r', message: 'm' }];
    expect(toServiceFacts(rawService({ spec, metadata: bare, status: { conditions } }))).toMatchObject({
      condition: { status: 'True' },
    });
  });

  test('of an object without identity is nothing', () => {
    expect(toServiceFacts({})).toBeUndefined();
    expect(toServiceFacts(rawService({ metadata: { uid: undefined } }))).toBeUndefined();
  });
});

test.each([
  ['ExternalName', 'true', true],
  ['ExternalName', 'false', false],
  ['ClusterIP', 'true', false],
])('A Service of type %s with direct-access "%s" alone is kept to be reported: %j', (type, value, isKept) => {
  const annotations = { 'service.cloud.tencent.com/direct-access': value };
  const raw = { metadata: { namespace: 'shop', name: 'web', uid: 'uid-web', annotations }, spec: { type } };
  expect(toServiceFacts(raw) !== undefined).toBe(isKept);
});
