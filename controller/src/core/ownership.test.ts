import { describe, expect, test } from '@jest/globals';
import { aService, aNewService, clusterId } from '../testing/builders.ts';
import {
  listenerName,
  ownerOfListener,
  ownershipOf,
  ownershipProblem,
  typeProblem,
  type Ownership,
} from './ownership.ts';
import type { ServiceView } from './views.ts';

const plain = aNewService({ managed: undefined });

describe('whose Service it is', () => {
  test.each<[string, Partial<ServiceView>, Ownership, Ownership]>([
    ['our class', { loadBalancerClass: 'clb-direct.io/clb' }, 'ours', 'ours'],
    ['managed', { managed: 'true' }, 'ours', 'ours'],
    ['direct access', { directAccess: 'true' }, 'ours', 'left-to-tke'],
    ['direct access, and served by us already', { directAccess: 'true', hasFinalizer: true }, 'ours', 'ours'],
    ['a word that cannot be read, and served by us already', { managed: 'yes', hasFinalizer: true }, 'ours', 'ours'],
    ['a word that cannot be read', { managed: 'yes', directAccess: 'true' }, 'not-ours', 'not-ours'],
    ['managed and direct access', { managed: 'true', directAccess: 'true' }, 'ours', 'ours'],
    ['direct access, but not managed', { managed: 'false', directAccess: 'true' }, 'not-ours', 'not-ours'],
    ['managed, but of another class', { managed: 'true', loadBalancerClass: 'a/b' }, 'not-ours', 'not-ours'],
    [
      'our class, but no load balancer',
      { loadBalancerClass: 'clb-direct.io/clb', type: 'ClusterIP' },
      'not-ours',
      'not-ours',
    ],
    ['direct access off', { directAccess: 'false' }, 'not-ours', 'not-ours'],
    ['a plain LoadBalancer Service', {}, 'not-ours', 'not-ours'],
  ])('%s', (_, service, alone, besideTke) => {
    expect(ownershipOf({ ...plain, ...service }, false)).toBe(alone);
    expect(ownershipOf({ ...plain, ...service }, true)).toBe(besideTke);
  });

  test('a value that is neither true nor false is told with what to write', () => {
    expect(ownershipProblem({ ...plain, managed: 'yes' })).toContain('clb-direct.io/managed is "yes"; write "true"');
    expect(ownershipProblem({ ...plain, directAccess: 'True' })).toContain('direct-access is "True"');
    expect(ownershipProblem({ ...plain, managed: 'false', directAccess: 'true' })).toBeUndefined();
  });
});

test('our mark on a Service of another type is told with what to write, and no other Service', () => {
  expect(typeProblem(aService({ type: 'ClusterIP' }))).toContain('type is ClusterIP; set LoadBalancer');
  expect(typeProblem(aService({ type: '' }))).toContain('type is ClusterIP');
  expect(typeProblem(aService())).toBeUndefined();
  expect(typeProblem(aService({ type: 'ClusterIP', managed: 'false' }))).toBeUndefined();
  expect(typeProblem(aService({ type: 'ClusterIP', managed: undefined }))).toBeUndefined();
});

describe('the name of a listener', () => {
  const uid = '0a3c1a5e-7d3f-4b1e-9d2c-5f6e7a8b9c0d';

  test('fits 60 characters and tells the Service', () => {
    const name = listenerName('cls-a1b2c3d4', uid);
    expect(name.length).toBeLessThanOrEqual(60);
    expect(ownerOfListener(name, 'cls-a1b2c3d4')).toBe(uid);
  });

  test.each([
    ["another cluster's", listenerName('cls-other', uid)],
    ['a cluster whose id begins like ours', listenerName(`${clusterId}2`, uid)],
    ["TKE's", 'TKE-DEDICATED-LISTENER'],
    ['one without a UID', `clb-direct_${clusterId}_`],
    ['one without a name', ''],
  ])('%s is not ours', (_, name) => {
    expect(ownerOfListener(name, clusterId)).toBeUndefined();
  });
});
