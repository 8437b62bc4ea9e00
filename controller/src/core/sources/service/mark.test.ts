import { describe, expect, test } from '@jest/globals';
import { aNewService, aService } from '../../../testing/builders.ts';
import { ownershipOf, type Ownership } from '../../model/owner-view.ts';
import { markFindings, type Unmarked } from './mark.ts';
import { readService } from './read-service.ts';
import type { ServiceFacts } from './service-facts.ts';

const markText = (service: ServiceFacts) => markFindings(service)[0]?.message;
const plain = aNewService({ managed: undefined });
const servedUnmarked = { hasFinalizer: true, upstreamFinalizerBy: 'us' } as const;

describe('whose Service it is', () => {
  test.each<[string, Partial<ServiceFacts>, Ownership, Ownership]>([
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
    ['a plain one with the finalizer of others', { upstreamFinalizerBy: 'others' }, 'not-ours', 'not-ours'],
    ['one that lost its mark', { hasFinalizer: true }, 'not-ours', 'not-ours'],
    ['one that UNMARKED_SERVICES=ours had served', servedUnmarked, 'ours', 'ours'],
    ['the same at nodes', { ...servedUnmarked, directAccess: 'false' }, 'ours', 'ours'],
    ['the same with a finalizer of others', { ...servedUnmarked, upstreamFinalizerBy: 'others' }, 'ours', 'ours'],
    ['the same, let go', { ...servedUnmarked, managed: 'false' }, 'not-ours', 'not-ours'],
    ['the same with another class', { ...servedUnmarked, loadBalancerClass: 'a/b' }, 'not-ours', 'not-ours'],
    ['the same, no load balancer any more', { ...servedUnmarked, type: 'ClusterIP' }, 'not-ours', 'not-ours'],
  ])('%s', (_, service, alone, besideTke) => {
    const owner = readService({ ...plain, ...service });
    expect(ownershipOf(owner, false)).toBe(alone);
    expect(ownershipOf(owner, true)).toBe(besideTke);
  });

  test.each<[string, Partial<ServiceFacts>, Ownership, Ownership]>([
    ['a plain LoadBalancer Service', {}, 'ours', 'left-to-tke'],
    ['direct access off, which asks for another way, not for nobody', { directAccess: 'false' }, 'ours', 'left-to-tke'],
    ['managed', { managed: 'true' }, 'ours', 'ours'],
    ['not managed', { managed: 'false' }, 'not-ours', 'not-ours'],
    ['another class', { loadBalancerClass: 'a/b' }, 'not-ours', 'not-ours'],
    ['no load balancer', { type: 'NodePort' }, 'not-ours', 'not-ours'],
  ])('with UNMARKED_SERVICES=ours: %s', (_, service, alone, besideTke) => {
    const owner = readService({ ...plain, ...service }, undefined, 'ours');
    expect(ownershipOf(owner, false)).toBe(alone);
    expect(ownershipOf(owner, true)).toBe(besideTke);
  });

  test.each<[string, Partial<ServiceFacts>, Unmarked, number]>([
    ['that nobody marked, after the setting is gone', {}, 'ignore', 1],
    ['that nobody marked, while the setting stands', {}, 'ours', 0],
    ['that is marked', { managed: 'true' }, 'ignore', 0],
    ['that asks by direct access', { directAccess: 'true' }, 'ignore', 0],
  ])('one %s is told to say whose it is, or not', (_, service, unmarked, count) => {
    const { notices } = readService({ ...plain, ...servedUnmarked, ...service }, undefined, unmarked);
    const told = notices.filter(({ reason }) => reason === 'MarkMissing');
    expect(told).toHaveLength(count);
    for (const { message } of told)
      expect(message).toMatch(/^Write annotation clb-direct.io\/managed: "true" .* "false"/);
  });

  test('a value that is neither true nor false is reported with what to write', () => {
    expect(markText({ ...plain, managed: 'yes' })).toContain('clb-direct.io/managed is "yes"; write "true"');
    expect(markText({ ...plain, directAccess: 'True' })).toContain('direct-access is "True"');
    expect(markText({ ...plain, managed: 'false', directAccess: 'true' })).toBeUndefined();
  });
});

test('our mark on a Service of another type is reported with what to write, and no other Service', () => {
  expect(markText(aService({ type: 'ClusterIP' }))).toContain('type is ClusterIP; set LoadBalancer');
  expect(markText(aService({ type: '' }))).toContain('type is ClusterIP');
  expect(markText(aService())).toBeUndefined();
  expect(markText(aService({ type: 'ClusterIP', managed: 'false' }))).toBeUndefined();
  expect(markText(aService({ type: 'ClusterIP', managed: undefined }))).toBeUndefined();
});

test.each<[string, Partial<ServiceFacts>, string | undefined]>([
  ['our mark', {}, 'clb-direct.io/managed is "true"'],
  ['direct access', { managed: undefined, directAccess: 'true' }, 'direct-access is "true"'],
  ['direct access, but not managed', { managed: 'false', directAccess: 'true' }, undefined],
  ['no mark', { managed: undefined }, undefined],
  ['our mark that is ending', { ending: true }, undefined],
])('a Service of type ExternalName with %s is never ours, and that is reported if it asks for it', (_, marks, text) => {
  const { mark, markFindings: found } = readService(aService({ type: 'ExternalName', ...marks }));
  expect(mark).toBe('not-ours');
  expect(found.map(({ reason }) => reason)).toEqual(text === undefined ? [] : ['TypeNotLoadBalancer']);
  if (text !== undefined) expect(found[0]?.message).toContain(text);
});

test('What a Service of type ExternalName is told to do makes one that is served.', () => {
  const advice = 'set type LoadBalancer and a selector of pods.';
  expect(markText(aService({ type: 'ExternalName' }))).toContain(advice);
  const { findings } = readService(aService({ selector: {} }));
  expect(findings.map(({ reason }) => reason)).toEqual(['SelectorMissing']);
  expect(readService(aService()).bindings).toHaveLength(1);
});
