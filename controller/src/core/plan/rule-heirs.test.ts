import { expect, test } from '@jest/globals';
import { aBinding, webOwner } from '../../testing/builders.ts';
import type { DesiredLoadBalancer } from '../model/desired.ts';
import { describePlace, type RulePlace } from '../model/place.ts';
import { wildcardDomain } from '../model/wildcard-domain.ts';
import { heirsOf } from './rule-heirs.ts';

const at = (url: string, overrides: Partial<RulePlace> = {}): RulePlace => ({
  protocol: 'HTTP',
  port: 80,
  domain: 'a.com',
  url,
  ...overrides,
});
const claim = (place: RulePlace) => aBinding({ place, owner: webOwner });
const desired = (...places: readonly RulePlace[]) => {
  const rules = places.map((place) => ({ place, owners: [webOwner], settings: {}, backends: [] }));
  return { listeners: [{ rules }] } as unknown as DesiredLoadBalancer;
};
const heirs = (gone: RulePlace, ...places: readonly RulePlace[]) =>
  heirsOf(gone, places.map(claim), desired(...places)).map(({ place }) => describePlace(place));

test.each<[string, RulePlace, RulePlace, boolean]>([
  ['a shorter prefix', at('/x/'), at('/'), true],
  ['a shorter prefix, of an exact URL', at('=/x'), at('/'), true],
  ['the same URL over TLS', at('/x/'), at('/x/', { protocol: 'HTTPS', port: 443 }), true],
  ['the URLs that stand for a Prefix now', at('/x'), at('=/x'), true],
  ['the same, the other one', at('/x'), at('/x/'), true],
  ['rules for every host', at('/x/'), at('/', { domain: '' }), true],
  ['a wildcard', at('/x/', { domain: 'b.a.com' }), at('/', { domain: wildcardDomain('a.com') }), true],
  ['a wildcard as TKE made it', at('/x/', { domain: 'b.a.com' }), at('/', { domain: '*.a.com' }), true],
  ['one of more labels', at('/x/', { domain: 'c.b.a.com' }), at('/', { domain: '*.a.com' }), true],
  ['a regular expression', at('/x/'), at('~/y'), true],
  ['a shorter prefix, of a regular expression', at('~*/x'), at('/'), true],
  ['another path', at('/x/'), at('/y/'), false],
  ['a longer path', at('/'), at('/y/'), false],
  ['an exact URL of a shorter path', at('/x/y/'), at('=/x'), false],
  ['another host', at('/x/'), at('/x/', { domain: 'b.com' }), false],
  ['a wildcard for other names', at('/x/'), at('/', { domain: wildcardDomain('a.com') }), false],
])('Requests of a rule that goes are those of %s: %j %j %j.', (_, gone, heir, expected) => {
  expect(heirs(gone, heir)).toEqual(expected ? [describePlace(heir)] : []);
});

test('A claim whose rule others have is no heir, and one that waits for something is.', () => {
  const place = at('/');
  const incomplete = { severity: 'Warning', reason: 'CertificateUnusable', message: '' } as const;
  expect(heirsOf(at('/x/'), [claim(place)], desired())).toEqual([]);
  expect(heirsOf(at('/x/'), [{ ...claim(place), incomplete }], desired())).toHaveLength(1);
});
