import { expect, test } from '@jest/globals';
import { aListener, anObserved } from '../../testing/builders.ts';
import { tkeListener } from './adoption.ts';
import { foreignPlaces } from './foreign-rules.ts';
import { placeKey, type RulePlace } from './place.ts';

const placeOf = (url: string): RulePlace => ({ protocol: 'HTTP', port: 80, domain: 'a.com', url });
const rules = ['/ours', '/hand'].map((url) => ({ locationId: `loc${url}`, domain: 'a.com', url, settings: {} }));
const recordedRules = [{ place: placeOf('/ours'), ownerUids: ['uid-site'] }];

test.each<[string, string, readonly string[]]>([
  ['a listener that owners share', 'clb-direct_cls-test_shared', ['/hand']],
  ['a listener of somebody else', 'by hand', []],
  ['a listener that has the name of TKE still', tkeListener, []],
])('Of %s the rules that no record names are made by people.', (_, name, expected) => {
  const observed = anObserved({ listeners: [aListener({ name, protocol: 'HTTP', rules })], recordedRules });
  expect([...foreignPlaces(observed)]).toEqual(expected.map((url) => placeKey(placeOf(url))));
});

test('Of a CLB that was not seen none is known.', () => {
  expect(foreignPlaces(undefined).size).toBe(0);
});
