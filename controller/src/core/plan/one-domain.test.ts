import { expect, test } from '@jest/globals';
import type { DesiredRule } from '../model/desired.ts';
import { placeKey, type RulePlace } from '../model/place.ts';
import { withOneDomain } from './one-domain.ts';

interface Given {
  readonly id?: string;
  readonly namespace?: string;
  readonly domain?: string;
  readonly isMissing?: boolean;
}

/** The certificate of each rule, of which the first one has the oldest owner. */
function certificatesOf(...given: readonly Given[]): readonly (string | undefined)[] {
  const rules = given.map(({ id, namespace = 'shop', domain = 'a.com' }, at): DesiredRule => {
    const place: RulePlace = { protocol: 'HTTPS', port: 443, domain, url: `/${at}` };
    const settings = id === undefined ? {} : { certificates: { mode: 'UNIDIRECTIONAL', ids: [id] } as const };
    return { place, owners: [{ kind: 'Ingress', namespace, name: `${at}`, uid: `${at}` }], settings };
  });
  const missing = rules.filter((_, at) => given[at]?.isMissing).map(({ place }) => placeKey(place));
  return withOneDomain(rules, new Set(missing)).map(({ settings }) => settings.certificates?.ids.join());
}

test.each<[string, readonly Given[], readonly (string | undefined)[]]>([
  ['the oldest owner', [{ id: 'a' }, { id: 'b' }], ['a', 'a']],
  ['its own domain', [{ id: 'a' }, { id: 'b', domain: 'b.com' }], ['a', 'b']],
  ['the next one where the Secret of the oldest is missing', [{ id: 'a', isMissing: true }, { id: 'b' }], ['b', 'b']],
  ['the first with a Secret', [{ isMissing: true }, { id: 'a', isMissing: true }, { id: 'b' }], ['b', 'b', 'b']],
  [
    'the oldest owner where all are missing',
    [
      { id: 'a', isMissing: true },
      { id: 'b', isMissing: true },
    ],
    ['a', 'a'],
  ],
  [
    'no other namespace',
    [
      { id: 'a', isMissing: true },
      { id: 'b', namespace: 'other' },
    ],
    ['a', 'a'],
  ],
  ['no rule without one', [{ id: 'a', isMissing: true }, {}], ['a', 'a']],
])('The certificate of a domain is that of %s.', (_, given, expected) => {
  expect(certificatesOf(...given)).toEqual(expected);
});
