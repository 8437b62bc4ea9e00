import { describe, expect, test } from '@jest/globals';
import { aNewService, aService } from '../testing/builders.ts';
import { judgeService, type ServiceFacts } from './judge-service.ts';

function judge(overrides: Partial<ServiceFacts>) {
  const facts: ServiceFacts = {
    service: aService(),
    ownership: 'ours',
    wantedLoadBalancer: 'lb-one',
    released: new Set<string>(),
    addresses: undefined,
    ...overrides,
  };
  return judgeService(facts);
}

const nothing = { record: undefined, addresses: undefined };
const ending = { wantedLoadBalancer: undefined, service: aService({ ending: true, ingress: ['192.0.2.1'] }) };
const moved = { wantedLoadBalancer: 'lb-two' };

describe('the record and the finalizer', () => {
  test.each<[string, Partial<ServiceFacts>, object]>([
    [
      'stand before the first listener',
      { service: aNewService() },
      { record: { loadBalancers: ['lb-one'], finalizer: true } },
    ],
    ['are not written again', {}, {}],
    [
      'come back when somebody took the finalizer',
      { service: aService({ hasFinalizer: false }) },
      { record: { loadBalancers: ['lb-one'], finalizer: true } },
    ],
    [
      'name both CLBs while the Service moves',
      moved,
      { record: { loadBalancers: ['lb-one', 'lb-two'], finalizer: true } },
    ],
    [
      'forget a CLB once it is free of the Service',
      { ...moved, released: new Set(['lb-one']) },
      { record: { loadBalancers: ['lb-two'], finalizer: true } },
    ],
    ['keep the CLB that is wanted although it is free', { released: new Set(['lb-one']) }, {}],
    ['stay while the CLB id cannot be read', { wantedLoadBalancer: undefined }, {}],
    ['stay while listeners of an ending Service stand', ending, { addresses: [] }],
    [
      'go after the last listener',
      { ...ending, released: new Set(['lb-one']) },
      { record: { loadBalancers: [], finalizer: false }, addresses: [] },
    ],
    [
      'go when the Service is not ours any more',
      { ownership: 'not-ours', wantedLoadBalancer: undefined, released: new Set(['lb-one']) },
      { record: { loadBalancers: [], finalizer: false } },
    ],
    [
      'are never put on a Service that is not ours',
      { ownership: 'left-to-tke', wantedLoadBalancer: undefined, service: aNewService() },
      {},
    ],
    [
      'are never put on a Service that is ending',
      { wantedLoadBalancer: undefined, service: aService({ ending: true, hasFinalizer: false }) },
      {},
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts)).toEqual({ ...nothing, ...expected });
  });
});

describe('the address', () => {
  test.each<[string, Partial<ServiceFacts>, readonly string[] | undefined]>([
    ['is told when it is known', { addresses: ['192.0.2.1'] }, ['192.0.2.1']],
    ['is not told again', { addresses: ['192.0.2.1'], service: aService({ ingress: ['192.0.2.1'] }) }, undefined],
    ['stays while it is not known', { service: aService({ ingress: ['192.0.2.1'] }) }, undefined],
    ['goes first when the Service ends', ending, []],
    [
      "of somebody else's Service is left alone",
      { ownership: 'not-ours', service: aNewService({ ingress: ['192.0.2.9'] }) },
      undefined,
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts).addresses).toEqual(expected);
  });
});
