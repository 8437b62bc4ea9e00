import { describe, expect, test } from '@jest/globals';
import { anOwner } from '../../testing/builders.ts';
import type { ServiceFacts } from '../sources/service/service-facts.ts';
import { unseen } from '../model/balancer-state.ts';
import { balancersOf, isLiving, type OwnerView } from '../model/owner-view.ts';
import type { RecordedOwner } from '../model/record.ts';
import { judgeOwner, type OwnerFacts } from './judge-owner.ts';
import { judgeRecord } from './judge-record.ts';

interface Given extends Pick<OwnerFacts, 'owner' | 'tkePresent' | 'released' | 'addresses'> {
  readonly wantedBalancers: readonly string[];
}

/** Each CLB that has to do with the owner was looked at; its listeners stand on those that are not `released`. */
function judge(overrides: Partial<Given>) {
  const given: Given = {
    owner: anOwner(),
    tkePresent: false,
    wantedBalancers: ['lb-one'],
    released: new Set<string>(),
    addresses: undefined,
    ...overrides,
  };
  const { owner, wantedBalancers, released, tkePresent } = given;
  const ids = [...new Set([...balancersOf(owner), ...wantedBalancers])];
  const states = ids.map((id) => {
    const ownerUids = new Set(released.has(id) || !owner.recordedBalancers.includes(id) ? [] : [owner.uid]);
    const verdicts = new Map([[owner.uid, 'allowed' as const]]);
    return { ...unseen(id), phase: 'seen', ownerUids, verdicts } as const;
  });
  const entries = owner.recordedBalancers.map((balancerId) => ({ balancerId, owner: recorded(owner) }));
  const wanted = isLiving(owner, tkePresent) ? wantedBalancers : [];
  const { heldBalancers } = judgeRecord({
    owner,
    isLetGo: false,
    wanted,
    entries,
    stateOf: (id) => states.find((state) => state.id === id),
    standingOn: states.filter(({ ownerUids }) => ownerUids.has(owner.uid)).map(({ id }) => id),
    recordOf: () => undefined,
    nowMs: 0,
  });
  return judgeOwner({ ...given, heldBalancers });
}

const aNewOwner = (overrides: Partial<ServiceFacts> = {}) =>
  anOwner({ recordedLoadBalancers: [], hasFinalizer: false, ...overrides });
const leftToTke: Partial<ServiceFacts> = { managed: undefined, directAccess: 'true' };

const unrecorded = (owner: OwnerView): OwnerView => ({ ...owner, recordedBalancers: [] });
const shown = (...recordedLoadBalancers: string[]) => anOwner({ recordedLoadBalancers }).shownBalancers;
const recorded = ({ kind, namespace, name, uid }: OwnerView): RecordedOwner => {
  return { kind, namespace, name, uid, recordedAtMs: 0, places: [], releasedAtMs: undefined };
};
const tooMany = Array.from({ length: 20 }, (_, index) => `lb-x${index}`);
const nothing = { shown: undefined, addresses: undefined };
const ending = { wantedBalancers: [], owner: anOwner({ ending: true, ingress: ['192.0.2.1'] }) };
const moved = { wantedBalancers: ['lb-two'] };

describe('the record and the finalizer', () => {
  test.each<[string, Partial<Given>, object]>([
    [
      'stand before the first listener',
      { owner: aNewOwner() },
      { shown: { balancerIds: ['lb-one'], finalizer: true, inUse: 'lb-one' } },
    ],
    ['are not written again', {}, {}],
    [
      'are written again for the CLB in use alone',
      { owner: anOwner({ shownInUse: undefined }) },
      { shown: { balancerIds: ['lb-one'], finalizer: true, inUse: 'lb-one' } },
    ],
    [
      'come back when the finalizer was taken off by hand',
      { owner: anOwner({ hasFinalizer: false }) },
      { shown: { balancerIds: ['lb-one'], finalizer: true, inUse: 'lb-one' } },
    ],
    [
      'name both CLBs while the Service moves',
      moved,
      { shown: { balancerIds: ['lb-one', 'lb-two'], finalizer: true, inUse: 'lb-one' } },
    ],
    [
      'forget a CLB once it is free of the Service',
      { ...moved, released: new Set(['lb-one']) },
      { shown: { balancerIds: ['lb-two'], finalizer: true, inUse: 'lb-one' } },
    ],
    ['keep the CLB that is wanted although it is free', { released: new Set(['lb-one']) }, {}],
    ['stay while the CLB id cannot be read', { wantedBalancers: [] }, {}],
    ['stay while listeners of an ending Service stand', ending, { addresses: [] }],
    [
      'go after the last listener',
      { ...ending, released: new Set(['lb-one']) },
      { shown: { balancerIds: [], finalizer: false, inUse: 'lb-one' }, addresses: [] },
    ],
    [
      'go when the Service is not ours any more',
      { owner: anOwner({ managed: 'false' }), wantedBalancers: [], released: new Set(['lb-one']) },
      { shown: { balancerIds: [], finalizer: false } },
    ],
    [
      'are never put on a Service that is not ours',
      { tkePresent: true, wantedBalancers: [], owner: aNewOwner(leftToTke) },
      {},
    ],
    [
      'leave alone what a Service that is not ours has in the annotation',
      { wantedBalancers: [], owner: unrecorded(anOwner({ managed: undefined, hasFinalizer: false })) },
      {},
    ],
    [
      'take nothing over from an annotation without the finalizer',
      { owner: unrecorded(aNewOwner({ recordedLoadBalancers: ['lb-invented', 'lb-one'] })) },
      { shown: { balancerIds: ['lb-one'], finalizer: true, inUse: 'lb-one' } },
    ],
    [
      'replace what somebody wrote into the annotation',
      { owner: { ...anOwner(), shownBalancers: shown('lb-one', 'not an id', ...tooMany) } },
      { shown: { balancerIds: ['lb-one'], finalizer: true, inUse: 'lb-one' } },
    ],
    [
      'are never put on a Service that is ending',
      { wantedBalancers: [], owner: anOwner({ ending: true, hasFinalizer: false }) },
      { addresses: undefined },
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts)).toEqual({ ...nothing, ...expected });
  });
});

describe('the finalizer of an install without records', () => {
  const owner: OwnerView = { ...unrecorded(anOwner()), unprovenBalancers: ['lb-one'] };

  test('stays until a look has shown what stands there, also when nothing is wanted any more', () => {
    const ended = { ...owner, ending: true };
    const facts = { owner: ended, tkePresent: false, heldBalancers: [], addresses: undefined };
    expect(judgeOwner({ ...facts, released: new Set() }).shown).toBeUndefined();
    expect(judgeOwner({ ...facts, released: new Set(['lb-one']) }).shown).toEqual({
      balancerIds: [],
      finalizer: false,
      inUse: 'lb-one',
    });
  });
});

test('What was written of a long record is not written again.', () => {
  const { shown: written } = judge({ owner: { ...anOwner({ recordedLoadBalancers: tooMany }), shownBalancers: [] } });
  expect(written?.balancerIds).toHaveLength(8);
  const owner = {
    ...anOwner({ recordedLoadBalancers: tooMany }),
    shownBalancers: shown(...(written?.balancerIds ?? [])),
  };
  expect(judge({ owner }).shown).toBeUndefined();
});

describe('the address', () => {
  test.each<[string, Partial<Given>, readonly string[] | undefined]>([
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
