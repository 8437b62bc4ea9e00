import { describe, expect, test } from '@jest/globals';
import { aBinding, aNewService, aService, clbId } from '../testing/builders.ts';
import { scopeOf } from './claims.ts';
import { bindingKey, emptySight, type SeenTarget, type Sight } from './sight.ts';
import type { ServiceView } from './views.ts';

function scope(services: readonly ServiceView[], sights: readonly Sight[] = [], hasTke = false) {
  const found = scopeOf(clbId, services, hasTke, (id) => sights.find((sight) => sight.loadBalancerId === id));
  return {
    claims: found.claims.map(({ service }) => service.key),
    releases: Object.fromEntries(found.releases),
    services: found.services.map(({ key }) => key),
  };
}

const key = 'lbl-9/10.0.0.1:8080';
const alive: SeenTarget = { weight: 10, ownerUid: 'uid-web-1', health: 'Alive' };
const onTwo = (overrides: Partial<Sight>): Sight => {
  const listenerIds = new Map([[bindingKey(aBinding()), 'lbl-9']]);
  return { ...emptySight('lb-two'), state: 'seen', listenerIds, wanted: new Set([key]), ...overrides };
};
const moved = aService({ existingLoadBalancer: 'lb-two', recordedLoadBalancers: [clbId, 'lb-two'] });

describe('who wants what of a CLB', () => {
  test('a Service counts once its finalizer and record stand', () => {
    expect(scope([aService()])).toEqual({ claims: ['shop/web'], releases: {}, services: ['shop/web'] });
  });

  test.each([
    ['neither stands', aNewService(), []],
    ['only the record stands', aService({ hasFinalizer: false }), ['shop/web']],
    ['it names another CLB', aNewService({ existingLoadBalancer: 'lb-two' }), []],
  ])('it does not count while %s', (_, service, services) => {
    expect(scope([service])).toEqual({ claims: [], releases: {}, services });
  });

  test.each<[string, Partial<ServiceView>, 'now' | 'hold']>([
    ['a Service that ends lets go at once', { ending: true }, 'now'],
    ['a Service that is not ours any more lets go at once', { managed: 'false' }, 'now'],
    ['a Service whose CLB id cannot be read holds on', { existingLoadBalancer: 'lb two' }, 'hold'],
    ['a Service that lost its selector holds on', { selector: {} }, 'hold'],
  ])('%s', (_, service, release) => {
    expect(scope([aService(service)]).releases).toEqual({ 'uid-web': release });
  });

  test("a Service that is served already is kept when TKE's controller appears, until it is handed over", () => {
    const service = aService({ managed: undefined, directAccess: 'true' });
    expect(scope([service], [], true).claims).toEqual(['shop/web']);
    const handedOver = { ...service, managed: 'false' };
    expect(scope([handedOver], [], true)).toMatchObject({ claims: [], releases: { 'uid-web': 'now' } });
  });
});

describe('a Service that moved', () => {
  test.each<[string, Sight[], 'hold' | 'drain']>([
    ['holds on while nothing is seen of the new CLB', [], 'hold'],
    ['holds on while the new CLB has no listener', [onTwo({ listenerIds: new Map() })], 'hold'],
    ['holds on while no target is healthy there', [onTwo({})], 'hold'],
    [
      'holds on while the target is registered only',
      [onTwo({ targets: new Map([[key, { ...alive, health: 'Unknown' }]]) })],
      'hold',
    ],
    ['lets go when a target is healthy there', [onTwo({ targets: new Map([[key, alive]]) })], 'drain'],
    ['lets go when it has nothing to serve', [onTwo({ wanted: new Set() })], 'drain'],
  ])('%s', (_, sights, release) => {
    expect(scope([moved], sights)).toEqual({ claims: [], releases: { 'uid-web': release }, services: ['shop/web'] });
  });
});
