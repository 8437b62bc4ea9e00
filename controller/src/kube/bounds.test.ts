import { expect, test } from '@jest/globals';
import { toPodView } from './pod-view.ts';
import { toBackendService } from './related/backend-service.ts';
import { toSliceFacts } from './related/slice-facts.ts';
import { toServiceFacts } from './service-facts.ts';

// Each is as large as the API server takes it, or larger.
const some = (count: number) => Array.from({ length: count }, (_, at) => at);
const labels = Object.fromEntries(some(20_000).map((at) => [`label-${at}`, 'x'.repeat(63)]));
const text = 'x'.repeat(250_000);
const metadata = { namespace: 'shop', name: 'web', uid: 'uid-web', labels };
const gateType = 'example.com/gate';
const lettersOf = (kept: unknown) => JSON.stringify(kept).length;

test('Of a pod of any size less than 200 kB are kept.', () => {
  const ports = some(30_000).map((at) => ({ name: `p${at}`, containerPort: 80 }));
  const probed = some(10_000).map(() => ({ readinessProbe: { httpGet: { port: 80, path: '/'.repeat(99) } } }));
  const pod = toPodView(
    {
      metadata: { ...metadata, annotations: { 'service.cloud.tencent.com/custom-weight': text } },
      spec: { readinessGates: [{ conditionType: gateType }], containers: [{ ports }, ...probed] },
      status: { conditions: [{ type: gateType, status: 'False', reason: text, message: text }] },
    },
    gateType,
  );
  expect(pod).toMatchObject({ labels: { 'label-0': 'x'.repeat(63) }, namedPorts: { 'TCP/p0': 80 } });
  expect(lettersOf(pod)).toBeLessThan(200_000);
});

test('Of a Service of any size, as one and as a backend, less than 200 kB are kept.', () => {
  const spec = {
    type: 'LoadBalancer',
    selector: labels,
    ports: some(30_000).map((at) => ({ name: `p${at}`, port: at + 1, targetPort: 'http' })),
    loadBalancerSourceRanges: some(50_000).map(() => '192.0.2.0/24'),
  };
  const status = { loadBalancer: { ingress: some(50_000).map(() => ({ ip: '192.0.2.1', ipMode: 'VIP' })) } };
  const [service, backend] = [toServiceFacts({ metadata, spec, status }), toBackendService({ metadata, spec })];
  expect([service?.ports.length, backend.ports.length]).toEqual([1_000, 1_000]);
  expect([service, backend].map(lettersOf).map((letters) => letters < 200_000)).toEqual([true, true]);
});

test('Of an EndpointSlice with 20,000 ports as many are kept as of a Service.', () => {
  const named = { namespace: 'shop', name: 'web-a', labels: { 'kubernetes.io/service-name': 'web' } };
  const ports = some(20_000).map((at) => ({ name: `p${at}`, port: at + 1 }));
  expect(toSliceFacts({ metadata: named, addressType: 'IPv4', ports, endpoints: [] })?.ports).toHaveLength(1_000);
});
