import { describe, expect, test } from '@jest/globals';
import { aNewService, aService } from '../../../testing/builders.ts';
import { balancersOf } from '../../model/owner-view.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const invented = Array.from({ length: 8_000 }, (_, index) => `lb-x${String(index).padStart(7, '0')}`);
const messagesOf = (service: ServiceFacts) => readService(service).notices.map(({ message }) => message);
const record = (...recordedLoadBalancers: string[]): Partial<ServiceFacts> => ({ recordedLoadBalancers });

describe('the annotation with CLBs', () => {
  test('is read with our finalizer, and alone has to do with no CLB', () => {
    const owner = readService(aService(record('lb-old', 'lb-one')));
    expect(owner.shownBalancers).toEqual(['lb-old', 'lb-one']);
    expect(balancersOf(owner)).toEqual(['lb-one']);
    expect(owner.notices).toEqual([]);
  });

  test('is not read without our finalizer, and what it lists beside the named CLB is reported', () => {
    const service = aNewService(record('lb-old', 'lb-one'));
    expect(balancersOf(readService(service))).toEqual(['lb-one']);
    expect(messagesOf(service)[0]).toContain('has 1 entries that are ignored: "lb-old". ');
    expect(messagesOf(aNewService(record('lb-one')))).toEqual([]);
  });

  test('is read only as far as it has ids', () => {
    const evil = `lb-\u001b[2J${'x'.repeat(10_000)}`;
    const service = aService(record('lb-one', 'lb-A', 'LB-two', '../lb-one', evil));
    expect(readService(service).shownBalancers).toEqual(['lb-one']);
    const [message = ''] = messagesOf(service);
    expect(message).toContain(String.raw`"lb-A", "LB-two", "../lb-one", "lb-\u001b[2Jx`);
    expect(message.length).toBeLessThan(500);
  });

  test('is read up to a few ids, and the one that the Service names is among them', () => {
    const service = aService(record(...invented, 'lb-zzz', 'lb-zzz'));
    const { shownBalancers } = readService({ ...service, existingLoadBalancer: 'lb-zzz' });
    expect(shownBalancers).toEqual([...invented.slice(0, 7), 'lb-zzz']);
    expect(messagesOf(service)[0]).toContain('has 7994 entries that are ignored: "lb-x0000008"');
  });
});

test('A Service without our mark has to do with no CLB, whatever it says.', () => {
  const tenants = aNewService({ managed: undefined, recordedLoadBalancers: invented });
  expect(balancersOf(readService(tenants))).toEqual([]);
  expect(balancersOf(readService({ ...tenants, hasFinalizer: true }))).toEqual([]);
});
