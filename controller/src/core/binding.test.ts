import { describe, expect, test } from '@jest/globals';
import { aBinding, aPod, aPort, aService } from '../testing/builders.ts';
import { portOn, readBindings, selects } from './binding.ts';
import type { ServiceView } from './views.ts';

describe('reading a Service', () => {
  test('each port becomes a binding, TCP and UDP on one number too', () => {
    const ports = [aPort(), aPort({ protocol: 'UDP', targetPort: 'dns' })];
    expect(readBindings(aService({ ports }))).toEqual({
      bindings: [aBinding(), aBinding({ protocol: 'UDP', targetPort: 'dns' })],
      problems: [],
    });
  });

  test.each<[string, Partial<ServiceView>, string, string]>([
    ['no CLB named', { existingLoadBalancer: undefined }, 'LoadBalancerNotNamed', 'tke-existed-lbid is missing'],
    ['an empty CLB id', { existingLoadBalancer: '' }, 'LoadBalancerNotNamed', 'for example lb-a1b2c3d4'],
    [
      'a malformed CLB id',
      { existingLoadBalancer: 'my clb' },
      'LoadBalancerIdMalformed',
      'is "my clb"; write a CLB id',
    ],
    ['no selector', { selector: {} }, 'SelectorMissing', 'set spec.selector'],
  ])('%s is told, and nothing is bound', (_, service, reason, text) => {
    const { bindings, problems } = readBindings(aService(service));
    expect(bindings).toEqual([]);
    expect(problems).toEqual([{ reason, message: expect.stringContaining(text) as unknown }]);
  });

  test('a protocol that a CLB does not forward is told, and the other ports work', () => {
    const { bindings, problems } = readBindings(aService({ ports: [aPort({ protocol: 'SCTP', port: 90 }), aPort()] }));
    expect(bindings).toEqual([aBinding()]);
    expect(problems).toEqual([
      {
        reason: 'ProtocolUnsupported',
        message: 'Port 90 has protocol SCTP, which a CLB does not forward; use TCP or UDP.',
      },
    ]);
  });
});

test.each([
  ['a pod with the label and others', { app: 'web' }, { app: 'web', tier: 'front' }, true],
  ['a pod with another value', { app: 'web' }, { app: 'db' }, false],
  ['a pod without one of two labels', { app: 'web', tier: 'front' }, { app: 'web' }, false],
  ['no pod at all by an empty selector', {}, { app: 'web' }, false],
])('a selector takes %s', (_, selector, labels, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});

test('a named port is looked up in the pod, by protocol', () => {
  const pod = aPod({ namedPorts: { 'TCP/http': 8081 } });
  expect(portOn(pod, aBinding())).toBe(8080);
  expect(portOn(pod, aBinding({ targetPort: 'http' }))).toBe(8081);
  expect(portOn(pod, aBinding({ targetPort: 'http', protocol: 'UDP' }))).toBeUndefined();
});
