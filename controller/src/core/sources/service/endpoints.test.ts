import { describe, expect, test } from '@jest/globals';
import { aPort, aService, weightsOf } from '../../../testing/builders.ts';
import type { Binding } from '../../model/binding.ts';
import type { Related, RelatedObjects, SliceFacts } from '../../model/related-objects.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const aSlice = (overrides: Partial<SliceFacts> = {}): SliceFacts => ({
  service: 'shop/web',
  hasIps: true,
  ports: [{ name: '', protocol: 'TCP', port: 8080 }],
  endpoints: [{ addresses: ['10.9.0.1'], ready: undefined, terminating: undefined }],
  ...overrides,
});

function read(found: Related<unknown> | readonly SliceFacts[], service: Partial<ServiceFacts> = {}) {
  const related = 'state' in found ? found : ({ state: 'found', facts: { slices: found } } as const);
  const objects = { related: () => related } as RelatedObjects;
  return readService(aService({ selector: {}, ...service }), objects);
}

const endpointsOf = ({ backends }: Binding) => (backends.mode === 'endpoints' ? backends.endpoints : 'pods');
const both = '10.9.0.1:8080,10.9.0.2:8080';
const shown = (bindings: readonly Binding[]) =>
  bindings.map((binding) => {
    const found = endpointsOf(binding) ?? 'unknown';
    return typeof found === 'string' ? found : found.map(({ ip, port }) => `${ip}:${port}`).join();
  });

describe('a Service without a selector', () => {
  test('has the endpoints of its EndpointSlices, and depends on them', () => {
    const view = read([aSlice()]);
    expect(view.references).toEqual([{ kind: 'EndpointSlices', namespace: 'shop', name: 'web' }]);
    expect(view.findings).toEqual([]);
    expect(view.bindings.map(endpointsOf)).toEqual([[{ ip: '10.9.0.1', port: 8080, ready: true, terminating: false }]]);
  });

  test('has of each slice those of the port with its name and protocol, as kube-proxy reads them', () => {
    const ports = [aPort({ name: 'http' }), aPort({ name: 'dns', protocol: 'UDP', port: 53 })];
    const listed = [
      { name: 'http', protocol: 'TCP', port: 8080 },
      { name: 'dns', protocol: 'TCP', port: 53 },
      { name: 'other', protocol: 'TCP', port: 9090 },
    ];
    expect(shown(read([aSlice({ ports: listed })], { ports }).bindings)).toEqual(['10.9.0.1:8080', '']);
  });

  test.each<[string, readonly SliceFacts[], string]>([
    ['those of several slices, in the order of their addresses', [slice('10.9.0.2'), aSlice()], both],
    ['the first address of one endpoint', [slice('10.9.0.1', '10.9.0.2')], '10.9.0.1:8080'],
    ['an IPv6 address in its one spelling', [slice('FD00:0::1')], 'fd00::1:8080'],
    ['no text that is no address', [slice('web.example.com')], ''],
  ])('has %s', (_, slices, expected) => {
    expect(shown(read(slices).bindings)).toEqual([expected]);
  });

  test('has at most 1000 endpoints, the same ones whatever their order', () => {
    const ips = Array.from({ length: 1_500 }, (_, index) => `10.9.${Math.floor(index / 250)}.${index % 250}`);
    const [some] = read(ips.map((ip) => slice(ip))).bindings.map(endpointsOf);
    expect(some).toHaveLength(1_000);
    expect(read(ips.toReversed().map((ip) => slice(ip))).bindings.map(endpointsOf)).toEqual([some]);
  });

  test('weights, drain time and listener are read as of any other', () => {
    const annotations = { 'service.cloud.tencent.com/lb-rs-weight': '{"defaultWeight":7}' };
    const [binding] = read([aSlice()], { annotations, targetDrainSeconds: '9' }).bindings;
    expect(binding).toMatchObject({ place: { protocol: 'TCP', port: 80 }, drainMs: 9_000 });
    expect(weightsOf(binding?.backends)).toMatchObject({ default: 7 });
  });
});

function slice(...addresses: readonly string[]): SliceFacts {
  return aSlice({ endpoints: [{ addresses, ready: true, terminating: false }] });
}

describe('where a Service without a selector has nothing', () => {
  test.each<[string, Related<unknown> | readonly SliceFacts[]]>([
    ['no EndpointSlice', { state: 'missing' }],
    ['only one with names for addresses', [aSlice({ hasIps: false })]],
  ])('that is told, because its author may have forgotten the selector: %s', (_, found) => {
    const { bindings, findings } = read(found);
    expect(shown(bindings)).toEqual(['']);
    expect(findings).toMatchObject([{ severity: 'Warning', reason: 'SelectorMissing' }]);
    expect(findings[0]?.message).toContain('kubernetes.io/service-name: web');
  });

  test.each<[string, Related<unknown>, string[]]>([
    ['they are being read, which is no news', { state: 'pending' }, []],
    ['the controller may not read them, which is told once', { state: 'unreadable' }, ['EndpointsUnreadable']],
  ])('nothing is made and nothing is taken away while %s', (_, state, reasons) => {
    const { bindings, findings } = read(state, { ports: [aPort(), aPort({ port: 81 })] });
    expect(shown(bindings)).toEqual(['unknown', 'unknown']);
    expect(bindings.map(({ incomplete }) => incomplete?.reason)).toEqual(Array(2).fill('EndpointsUnreadable'));
    expect(findings.map(({ reason }) => reason)).toEqual(reasons);
  });

  test('at a listener that somebody else made nothing is to be made, so nothing waits', () => {
    const [binding] = read({ state: 'pending' }, { existingListeners: '80=lbl-b2c3d4e5' }).bindings;
    expect(binding).toMatchObject({ existing: { listenerId: 'lbl-b2c3d4e5' }, incomplete: undefined });
  });
});
