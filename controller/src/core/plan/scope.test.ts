import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  aNewService,
  anObserved,
  anOwner,
  aService,
  aTarget,
  clbId,
} from '../../testing/builders.ts';
import { unseen, type BalancerState } from '../model/balancer-state.ts';
import { bindingKey } from '../model/binding.ts';
import type { Health } from '../model/target.ts';
import { readService } from '../sources/service/read-service.ts';
import type { ServiceFacts } from '../sources/service/service-facts.ts';
import { scopeOf } from './scope.ts';

function scope(services: readonly ServiceFacts[], states: readonly BalancerState[] = [], hasTke = false) {
  const stateOf = (id: string) => states.find((state) => state.id === id);
  const owners = services.map((service) => anOwner(service));
  const found = scopeOf(clbId, owners, hasTke, stateOf);
  const nameOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
  return {
    claims: found.claims.map(({ owner }) => nameOf(owner)),
    pending: found.pending.map(({ owner }) => nameOf(owner)),
    releases: Object.fromEntries(found.releases),
    services: found.owners.map(nameOf),
  };
}

const target = aTarget({ listenerId: 'lbl-9' });
const withHealth = (health: Health) =>
  anObserved({ listeners: [aListener({ id: 'lbl-9' })], targets: [target], health });
const onTwo = (overrides: Partial<BalancerState>): BalancerState => {
  const placed = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-9' }, wanted: [target] }]]);
  return { ...unseen('lb-two'), phase: 'seen', placed, ...overrides };
};
const wantsNothing = new Map([[bindingKey(aBinding()), { id: { listenerId: 'lbl-9' }, wanted: [] }]]);
const lacksTargets = new Map([...wantsNothing].map(([key, one]) => [key, { ...one, needsTarget: true }]));
const givenWay = new Set([bindingKey(aBinding())]);
const moved = aService({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: [clbId, 'lb-two'] });

describe('who wants what of a CLB', () => {
  test('a Service counts once its finalizer and record stand', () => {
    expect(scope([aService()])).toEqual({ claims: ['shop/web'], pending: [], releases: {}, services: ['shop/web'] });
  });

  test.each([
    ['neither stands', aNewService(), ['shop/web']],
    ['only the finalizer stands', aNewService({ hasFinalizer: true }), ['shop/web']],
    ['only the record stands', aService({ hasFinalizer: false }), ['shop/web']],
    ['it names another CLB', aNewService({ existingLoadBalancer: 'lb-two' }), []],
  ])('it does not count while %s, and is pending where it names this CLB', (_, service, services) => {
    expect(scope([service])).toEqual({ claims: [], pending: services, releases: {}, services });
  });

  test('of one namespace as many are pending as a record takes, the oldest, and one that is recorded', () => {
    const many = Array.from({ length: 1_000 }, (_, at) =>
      aNewService({ namespace: 'other', name: `s${at}`, uid: `uid-${at}`, createdAtMs: at }),
    );
    const recorded = {
      ...aService({ hasFinalizer: false }),
      namespace: 'other',
      name: 'r',
      uid: 'r',
      createdAtMs: 9_999,
    };
    const own = aNewService({ createdAtMs: 10_000 });
    const { pending } = scope([...many, recorded, own]);
    expect(pending).toHaveLength(101);
    expect(pending).toEqual(expect.arrayContaining(['shop/web', 'other/r', 'other/s0', 'other/s98']));
    const owners = [...many, recorded, own].map((service) => anOwner(service));
    expect(scopeOf(clbId, owners, false, () => undefined).crowded?.size).toBe(901);
  });

  test('of more than that those come first whose annotation shows the CLB: after lost records they had a place', () => {
    const served = Array.from({ length: 80 }, (_, at) => ({ name: `old-${at}`, recordedLoadBalancers: [clbId] }));
    const waiting = Array.from({ length: 40 }, (_, at) => ({ name: `wait-${at}`, createdAtMs: at }));
    const services = [...waiting, ...served].map((one) => aNewService({ uid: one.name, createdAtMs: 9_999, ...one }));
    const owners = services.map((service) => ({ ...anOwner(service), recordedBalancers: [] }));
    const pending = scopeOf(clbId, owners, false, () => undefined).pending.map(({ owner }) => owner.name);
    expect(pending).toHaveLength(100);
    expect(pending).toEqual(expect.arrayContaining([...served.map(({ name }) => name), 'wait-0', 'wait-19']));
  });

  test('an annotation without a record counts for nothing, with and without our finalizer', () => {
    const none = { claims: [], pending: [], crowded: new Set(), releases: new Map(), owners: [] };
    for (const hasFinalizer of [true, false]) {
      for (const other of [{ managed: undefined }, { existingLoadBalancer: 'lb-two' }]) {
        const owner = readService(aService({ recordedLoadBalancers: [clbId], hasFinalizer, ...other }));
        expect(scopeOf(clbId, [owner], false, () => undefined)).toEqual(none);
      }
    }
  });

  test.each<[string, Partial<ServiceFacts>, 'now' | 'hold']>([
    ['any annotation of ours', { managed: undefined, existingLoadBalancer: undefined }, 'now'],
    ['its type', { type: 'ClusterIP' }, 'now'],
    ['the CLB', { existingLoadBalancer: 'lb-two' }, 'hold'],
  ])('a Service that was written as a whole, without finalizer and %s, is still let go in order', (_, put, release) => {
    expect(scope([aService({ hasFinalizer: false, ...put })])).toEqual({
      claims: [],
      pending: [],
      releases: { 'uid-web': release },
      services: ['shop/web'],
    });
  });

  test('an owner that only the record knows is released at once', () => {
    const gone = { ...anOwner({ ending: true, hasFinalizer: false }), isGone: true } as const;
    expect(scopeOf(clbId, [gone], false, () => undefined).releases).toEqual(new Map([['uid-web', 'now']]));
  });

  test.each<[string, Partial<ServiceFacts>, 'now' | 'hold']>([
    ['a Service that ends is released at once', { ending: true }, 'now'],
    ['a Service that is not ours any more is released at once', { managed: 'false' }, 'now'],
    ['a Service whose CLB id cannot be read holds on', { existingLoadBalancer: 'lb two' }, 'hold'],
  ])('%s', (_, service, release) => {
    expect(scope([aService(service)]).releases).toEqual({ 'uid-web': release });
  });

  test('a Service that lost its selector claims its places, for what others list for it', () => {
    expect(scope([aService({ selector: {} })])).toMatchObject({ claims: ['shop/web'], releases: {} });
  });

  test("a Service that is served already is kept when TKE's controller appears, until it is handed over", () => {
    const service = aService({ managed: undefined, directAccess: 'true' });
    expect(scope([service], [], true).claims).toEqual(['shop/web']);
    const handedOver = { ...service, managed: 'false' };
    expect(scope([handedOver], [], true)).toMatchObject({ claims: [], releases: { 'uid-web': 'now' } });
  });
});

describe('a Service that moved', () => {
  test.each<[string, BalancerState[], 'hold' | 'drain']>([
    ['holds on while nothing is seen of the new CLB', [], 'hold'],
    ['holds on while the new CLB has no listener', [onTwo({ placed: new Map() })], 'hold'],
    ['holds on while no target is healthy there', [onTwo({})], 'hold'],
    ['holds on while the target is registered only', [onTwo({ observed: withHealth('Unknown') })], 'hold'],
    ['is released when a target is healthy there', [onTwo({ observed: withHealth('Alive') })], 'drain'],
    ['is released when it has nothing to serve', [onTwo({ placed: wantsNothing })], 'drain'],
    ['is held while it has pods and none can serve', [onTwo({ placed: lacksTargets })], 'hold'],
    ['does not wait for a place that is of others by right', [onTwo({ placed: new Map(), givenWay })], 'drain'],
  ])('%s', (_, states, release) => {
    expect(scope([moved], states)).toEqual({
      claims: [],
      pending: [],
      releases: { 'uid-web': release },
      services: ['shop/web'],
    });
  });
});
