import { describe, expect, test } from '@jest/globals';
import { toSliceFacts } from './slice-facts.ts';

const metadata = { namespace: 'shop', name: 'web-a', labels: { 'kubernetes.io/service-name': 'web' } };
const raw = (parts: object) => toSliceFacts({ metadata, addressType: 'IPv4', ports: [], endpoints: [], ...parts });

describe('an EndpointSlice', () => {
  test('is kept with what it lists, and its conditions as they are written', () => {
    const endpoints = [
      { addresses: ['10.0.0.1'], conditions: { ready: false, serving: true, terminating: true }, nodeName: 'node-1' },
      { addresses: ['10.0.0.2'], conditions: {} },
      { addresses: ['10.0.0.3', '10.0.0.4'] },
    ];
    expect(raw({ ports: [{ name: 'http', protocol: 'TCP', port: 8080 }], endpoints })).toEqual({
      service: 'shop/web',
      hasIps: true,
      ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
      endpoints: [
        { addresses: ['10.0.0.1'], ready: false, terminating: true, nodeName: 'node-1' },
        { addresses: ['10.0.0.2'], ready: undefined, terminating: undefined },
        { addresses: ['10.0.0.3'], ready: undefined, terminating: undefined },
      ],
    });
  });

  test.each<[string, object, object]>([
    [
      'a port without name and protocol',
      { ports: [{ port: 80 }] },
      { ports: [{ name: '', protocol: 'TCP', port: 80 }] },
    ],
    ['a port without a number, as kube-proxy ignores it', { ports: [{ name: 'http' }] }, { ports: [] }],
    ['no lists at all', { ports: null, endpoints: null }, { ports: [], endpoints: [] }],
    ['IPv6 addresses', { addressType: 'IPv6' }, { hasIps: true }],
    ['names for addresses', { addressType: 'FQDN' }, { hasIps: false }],
  ])('may have %s', (_, parts, expected) => {
    expect(raw(parts)).toMatchObject(expected);
  });

  test('without the label of a Service is of no use', () => {
    expect(raw({ metadata: { ...metadata, labels: undefined } })).toBeUndefined();
  });
});
