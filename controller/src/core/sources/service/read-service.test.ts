import { describe, expect, test } from '@jest/globals';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aBinding, aPod, aPort, aService, webOwner } from '../../../testing/builders.ts';
import { portOn, selects } from '../../model/binding.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const read = (service: ServiceFacts) => {
  const { bindings, findings } = readService(service);
  return { bindings, findings };
};
const { backends } = aBinding();
const named = (targetPort: string, protocol: 'TCP' | 'UDP' = 'TCP') => ({ ...backends, targetPort, protocol });
/** UDP has no RST. */
const aUdpBinding = aBinding({
  place: { protocol: 'UDP', port: 80 },
  listenerSettings: {},
  backends: named('dns', 'UDP'),
});

describe('reading a Service', () => {
  test('each port becomes a binding, TCP and UDP on one number too', () => {
    const ports = [aPort(), aPort({ protocol: 'UDP', targetPort: 'dns' })];
    expect(read(aService({ ports }))).toEqual({
      bindings: [aBinding(), aUdpBinding],
      findings: [],
    });
  });

  test.each([undefined, ''])('without a CLB id (%j) it has a CLB of its own, with the same bindings', (none) => {
    const service = aService({ existingLoadBalancer: none, annotations: { [annotation.passToTarget]: 'true' } });
    const { bindings, findings, newBalancer } = readService(service);
    const ofItsOwn = {
      balancer: { kind: 'owned', owner: webOwner },
      balancerSettings: { passToTarget: true },
    } as const;
    expect(bindings).toEqual([aBinding(ofItsOwn)]);
    expect(findings).toEqual([]);
    expect(newBalancer).toEqual({ wish: { type: 'OPEN', name: 'shop_web', passToTarget: true }, problem: undefined });
    expect(readService(aService()).newBalancer).toBeUndefined();
  });

  test.each<[string, Partial<ServiceFacts>, string, string]>([
    [
      'a malformed CLB id',
      { existingLoadBalancer: 'my clb' },
      'LoadBalancerIdMalformed',
      'is "my clb"; write a CLB id',
    ],
  ])('%s is reported, and nothing is bound', (_, service, reason, text) => {
    const { bindings, findings } = read(aService(service));
    expect(bindings).toEqual([]);
    expect(findings).toEqual([{ severity: 'Warning', reason, message: expect.stringContaining(text) as unknown }]);
  });

  test('a protocol that a CLB does not forward is reported, and the other ports work', () => {
    const { bindings, findings } = read(aService({ ports: [aPort({ protocol: 'SCTP', port: 90 }), aPort()] }));
    expect(bindings).toEqual([aBinding()]);
    expect(findings).toEqual([
      {
        severity: 'Warning',
        reason: 'ProtocolUnsupported',
        message: 'Port 90 has protocol SCTP, which a CLB does not forward; use TCP or UDP.',
      },
    ]);
  });
});

test('A value of any length is quoted on one line, and what to write instead still fits.', () => {
  const value = 'lb-\u001b[31m\n'.repeat(10_000);
  const { findings } = read(aService({ existingLoadBalancer: value, managed: value }));
  const [malformed] = readService(aService({ managed: value })).markFindings;
  for (const { message } of [findings[0], malformed].filter((finding) => finding !== undefined)) {
    expect(message).toMatch(/ is "lb-\\u001b\[31m\\nlb-.*…"; write /);
    expect(message.length).toBeLessThan(400);
  }
  expect.assertions(4);
});

test.each([
  ['a pod with the label and others', { app: 'web' }, { app: 'web', tier: 'front' }, true],
  ['a pod with another value', { app: 'web' }, { app: 'db' }, false],
  ['a pod without one of two labels', { app: 'web', tier: 'front' }, { app: 'web' }, false],
  ['no pod at all by an empty selector', {}, { app: 'web' }, false],
])('a selector takes %s', (_, selector, labels, expected) => {
  expect(selects({ namespace: 'shop', labels: selector }, { namespace: 'shop', labels })).toBe(expected);
  expect(selects({ namespace: 'shop', labels: selector }, { namespace: 'other', labels })).toBe(false);
});

test('a named port is looked up in the pod, by protocol', () => {
  const pod = aPod({ namedPorts: { 'TCP/http': 8081 } });
  expect(portOn(pod, backends)).toBe(8080);
  expect(portOn(pod, named('http'))).toBe(8081);
  expect(portOn(pod, named('http', 'UDP'))).toBeUndefined();
});
