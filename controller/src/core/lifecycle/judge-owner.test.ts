import { describe, expect, test } from '@jest/globals';
import { anOwner } from '../../testing/builders.ts';
import type { ServiceFacts } from '../sources/service/service-facts.ts';
import { judgeOwner, type OwnerFacts } from './judge-owner.ts';

function judge(overrides: Partial<OwnerFacts>) {
  const facts: OwnerFacts = {
    owner: anOwner(),
    tkePresent: false,
    wantedBalancers: ['lb-one'],
    released: new Set<string>(),
    addresses: undefined,
    ...overrides,
  };
  return judgeOwner(facts);
}

const aNewOwner = (overrides: Partial<ServiceFacts> = {}) =>
  anOwner({ recordedLoadBalancers: [], hasFinalizer: false, ...overrides });
const leftToTke: Partial<ServiceFacts> = { managed: undefined, directAccess: 'true' };

const tooMany = Array.from({ length: 20 }, (_, index) => `lb-x${index}`);
const nothing = { record: undefined, addresses: undefined };
const ending = { wantedBalancers: [], owner: anOwner({ ending: true, ingress: ['192.0.2.1'] }) };
const moved = { wantedBalancers: ['lb-two'] };

describe('the record and the finalizer', () => {
  test.each<[string, Partial<OwnerFacts>, object]>([
    [
      'stand before the first listener',
      { owner: aNewOwner() },
      { record: { balancerIds: ['lb-one'], finalizer: true } },
    ],
    ['are not written again', {}, {}],
    [
      'come back when the finalizer was taken off by hand',
      { owner: anOwner({ hasFinalizer: false }) },
      { record: { balancerIds: ['lb-one'], finalizer: true } },
    ],
    [
      'name both CLBs while the Service moves',
      moved,
      { record: { balancerIds: ['lb-one', 'lb-two'], finalizer: true } },
    ],
    [
      'forget a CLB once it is free of the Service',
      { ...moved, released: new Set(['lb-one']) },
      { record: { balancerIds: ['lb-two'], finalizer: true } },
    ],
    ['keep the CLB that is wanted although it is free', { released: new Set(['lb-one']) }, {}],
    ['stay while the CLB id cannot be read', { wantedBalancers: [] }, {}],
    ['stay while listeners of an ending Service stand', ending, { addresses: [] }],
    [
      'go after the last listener',
      { ...ending, released: new Set(['lb-one']) },
      { record: { balancerIds: [], finalizer: false }, addresses: [] },
    ],
    [
      'go when the Service is not ours any more',
      { owner: anOwner({ managed: 'false' }), wantedBalancers: [], released: new Set(['lb-one']) },
      { record: { balancerIds: [], finalizer: false } },
    ],
    [
      'are never put on a Service that is not ours',
      { tkePresent: true, wantedBalancers: [], owner: aNewOwner(leftToTke) },
      {},
    ],
    [
      'leave alone what a Service that is not ours has in the annotation',
      { wantedBalancers: [], owner: anOwner({ managed: undefined, hasFinalizer: false }) },
      {},
    ],
    [
      'take nothing over from an annotation without the finalizer',
      { owner: aNewOwner({ recordedLoadBalancers: ['lb-invented', 'lb-one'] }) },
      { record: { balancerIds: ['lb-one'], finalizer: true } },
    ],
    [
      'are not written again and again while the annotation has more than is trusted',
      { owner: anOwner({ recordedLoadBalancers: ['lb-one', 'not an id', ...tooMany] }) },
      {},
    ],
    [
      'are never put on a Service that is ending',
      { wantedBalancers: [], owner: anOwner({ ending: true, hasFinalizer: false }) },
      {},
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts)).toEqual({ ...nothing, ...expected });
  });
});

test('What was written of a long record is not written again.', () => {
  const { record } = judge({ owner: anOwner({ recordedLoadBalancers: tooMany }) });
  expect(record?.balancerIds).toHaveLength(9);
  const owner = anOwner({ recordedLoadBalancers: record?.balancerIds ?? [] });
  expect(judge({ owner }).record).toBeUndefined();
});

describe('the address', () => {
  test.each<[string, Partial<OwnerFacts>, readonly string[] | undefined]>([
    ['is published when it is known', { addresses: ['192.0.2.1'] }, ['192.0.2.1']],
    ['is not published again', { addresses: ['192.0.2.1'], owner: anOwner({ ingress: ['192.0.2.1'] }) }, undefined],
    ['stays while it is not known', { owner: anOwner({ ingress: ['192.0.2.1'] }) }, undefined],
    ['goes first when the Service ends', ending, []],
    [
      'of a Service that is not ours is left alone',
      { owner: aNewOwner({ managed: 'false', ingress: ['192.0.2.9'] }) },
      undefined,
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts).addresses).toEqual(expected);
  });
});
