import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { anOwner } from '../../testing/builders.ts';
import { anIngress, directAccess, onExisting } from '../../testing/ingress-builders.ts';
import { nothingRelated } from '../model/related-objects.ts';
import type { IngressFacts } from '../sources/ingress/ingress-facts.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import type { ServiceFacts } from '../sources/service/service-facts.ts';
import { ownerFindings } from './owner-findings.ts';

const byAuthor = {
  managed: undefined,
  directAccess: 'true',
  existingLoadBalancer: undefined,
  recordedLoadBalancers: [],
  hasFinalizer: false,
};
const aServiceOfTke = (overrides: Partial<ServiceFacts> = {}) => anOwner({ ...byAuthor, ...overrides });
const anIngressOfTke = (overrides: Partial<IngressFacts> = {}) =>
  readIngress(anIngress({ annotations: directAccess, ...overrides }), nothingRelated);

/** What it is told of its being left to TKE's controller; undefined: nothing. */
function told(owner: ReturnType<typeof anOwner>): string | undefined {
  return ownerFindings(owner, true).find(({ reason }) => reason === 'LeftToTke')?.message;
}

const cutting = /class|clb-direct\.io\/managed/i;

describe('A Service or an Ingress that is left to TKE’s controller', () => {
  test.each([
    ['a Service by its CLB', aServiceOfTke({ shownInUse: 'lb-a1' }), 'service/web -n shop'],
    ['a Service by its address', aServiceOfTke({ ingress: ['192.0.2.1'] }), 'service/web -n shop'],
    ['an Ingress by its CLB', anIngressOfTke({ shownInUse: 'lb-a1' }), 'ingress/site -n shop'],
    ['an Ingress by its address', anIngressOfTke({ ingress: ['192.0.2.1'] }), 'ingress/site -n shop'],
    ['an Ingress that names its CLB', anIngressOfTke({ annotations: onExisting }), 'ingress/site -n shop'],
    [
      'an Ingress that TKE leaves alone already',
      anIngressOfTke({ shownInUse: 'lb-a1', annotations: { ...directAccess, [ingressAnnotation.tkeMode]: 'skip' } }),
      'ingress/site -n shop',
    ],
  ])('and that TKE serves is told of adopt, and of no class: %s.', (_, owner, object) => {
    expect(told(owner)).toMatch(`Run ./scripts/adopt ${object} to hand`);
    expect(told(owner)).not.toMatch(cutting);
  });

  test('and names its CLB is told of another Service: no tag proves whose the listeners there are.', () => {
    const owner = aServiceOfTke({ existingLoadBalancer: 'lb-a1', shownInUse: 'lb-a1', ingress: ['192.0.2.1'] });
    expect(told(owner)).toMatch(/^Make another Service with loadBalancerClass clb-direct.io\/clb and let clients move/);
    expect(told(owner)).not.toMatch(/adopt |managed/);
  });

  test.each([
    ['a Service', aServiceOfTke(), 'Make this Service again with loadBalancerClass clb-direct.io/clb', 'service'],
    ['an Ingress', anIngressOfTke(), 'Set ingressClassName clb-direct', 'ingress'],
  ])('and has no CLB is told of a class, and to stop TKE, and of adopt for later: %s.', (_, owner, first, kind) => {
    const mode = `${annotation.managed}: "true" and ${kind}.cloud.tencent.com/mode: "skip"`;
    expect(told(owner)?.startsWith(`${first}, or set annotations ${mode}`)).toBe(true);
    expect(told(owner)).toContain(`only ./scripts/adopt ${kind}/`);
  });

  test.each([
    ['a Service', aServiceOfTke({ ingress: ['192.0.2.1'], annotations: { [annotation.mode]: 'skip' } })],
    ['an Ingress', anIngressOfTke({ annotations: { ...onExisting, [annotation.mode]: 'skip' } })],
  ])('is told nothing in mode skip, as the event says: %s.', (_, owner) => {
    expect(ownerFindings(owner, true)).toEqual([]);
    expect(told(aServiceOfTke())).toContain(`annotation ${annotation.mode}: "skip" ends this event`);
  });
});

test('An event has room for the longest of it.', () => {
  const long = { namespace: 'n'.repeat(63), name: 'm'.repeat(253) };
  const owners = [aServiceOfTke(long), anIngressOfTke(long), aServiceOfTke({ ...long, existingLoadBalancer: 'lb-a1' })];
  for (const owner of owners) expect(told(owner)?.length).toBeLessThan(1_000);
});
