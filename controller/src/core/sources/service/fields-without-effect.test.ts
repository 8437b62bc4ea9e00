import { expect, test } from '@jest/globals';
import { aBinding, aService } from '../../../testing/builders.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const messagesOf = (service: Partial<ServiceFacts>) =>
  readService(aService(service)).notices.map(({ message }) => message);

test.each<[keyof ServiceFacts, Partial<ServiceFacts>, string, string]>([
  [
    'loadBalancerSourceRanges',
    { loadBalancerSourceRanges: ['192.0.2.0/24', '10.0.0.0/8'] },
    'spec.loadBalancerSourceRanges (192.0.2.0/24, 10.0.0.0/8) has no effect: others may use this CLB too, and it ' +
      'admits all clients.',
    'bind a security group',
  ],
  [
    'sourceRangesAnnotation',
    { sourceRangesAnnotation: '192.0.2.0/24' },
    'Annotation service.beta.kubernetes.io/load-balancer-source-ranges (192.0.2.0/24) has no effect',
    'bind a security group',
  ],
  [
    'loadBalancerIP',
    { loadBalancerIP: '192.0.2.9' },
    'spec.loadBalancerIP (192.0.2.9) has no effect',
    'annotation service.kubernetes.io/tke-existed-lbid',
  ],
  [
    'healthCheckNodePort',
    { healthCheckNodePort: 32_000, externalTrafficPolicy: 'Local' },
    'spec.healthCheckNodePort (32000) has no effect: the CLB checks the targets themselves',
    'Leave it out',
  ],
])('%s is reported with what happens and what to use instead, and the Service works', (_, service, what, instead) => {
  const { bindings, findings, markFindings, notices } = readService(aService(service));
  expect(bindings).toEqual([aBinding()]);
  expect([...findings, ...markFindings]).toEqual([]);
  expect(notices).toMatchObject([{ severity: 'Warning', reason: 'FieldWithoutEffect', message: expect.anything() }]);
  expect(notices[0]?.message).toContain(what);
  expect(notices[0]?.message).toContain(instead);
});

test('Fields that ask for nothing are not reported, and each of several is, once an hour.', () => {
  expect(messagesOf({})).toEqual([]);
  const { notices } = readService(
    aService({ loadBalancerIP: '192.0.2.9', loadBalancerSourceRanges: ['192.0.2.0/24'] }),
  );
  expect(notices.map(({ repeat }) => repeat)).toEqual([
    { by: 'message', afterMs: 3_600_000 },
    { by: 'message', afterMs: 3_600_000 },
  ]);
});

test('A value of any length is bounded.', () => {
  const [message = ''] = messagesOf({ loadBalancerSourceRanges: Array.from({ length: 9_999 }, () => '192.0.2.0/24') });
  expect(message).toContain('…) has no effect');
  expect(message.length).toBeLessThan(400);
});
