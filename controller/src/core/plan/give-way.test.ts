import { expect, test } from '@jest/globals';
import { aListener, anObserved, everyone, someFacts } from '../../testing/builders.ts';
import { anIngress, aPath } from '../../testing/ingress-builders.ts';
import type { Finding } from '@clb-direct/shared/domain/finding.ts';
import { isRule, type RulePlace } from '../model/place.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import type { Claim, Facts } from './facts.ts';
import { givenWay, withoutGivenWay } from './give-way.ts';
import { listenerName, sharedGroup } from './listener-name.ts';

interface Made {
  readonly type: string;
  readonly path?: string;
  readonly host?: string;
  readonly createdAtMs?: number;
  readonly namespace?: string;
  readonly incomplete?: true;
}

const missing: Finding = { severity: 'Warning', reason: 'CertificateUnusable', message: 'a Secret is missing' };

function claimOf(name: string, { type, path = '/a', host = 'a.com', incomplete, ...about }: Made): Claim {
  const owner = readIngress(anIngress({ name, paths: [aPath({ host, path, pathType: type })], ...about }));
  const bindings =
    incomplete === undefined ? owner.bindings : owner.bindings.map((one) => ({ ...one, incomplete: missing }));
  return { owner, bindings };
}

function factsOf(all: Readonly<Record<string, Made>>, overrides: Partial<Facts> = {}): Facts {
  return someFacts({ claims: Object.entries(all).map(([name, made]) => claimOf(name, made)), ...overrides });
}

/** "owner url" of what gives way. */
function yieldingIn(facts: Facts): readonly string[] {
  return givenWay(facts).map(({ owner, place }) => `${owner.name} ${isRule(place) ? place.url : ''}`);
}

const prefix = { type: 'Prefix' };
const exact = { type: 'Exact' };
const sharing = { policy: { rules: [everyone], reservationMs: 0, held: [], sharesHosts: true } };

test.each<[string, Readonly<Record<string, Made>>, readonly string[]]>([
  [
    'to an Exact path that is younger',
    { p: { ...prefix, createdAtMs: 1 }, e: { ...exact, createdAtMs: 2 } },
    ['p =/a'],
  ],
  ['to an Exact path that is older', { p: { ...prefix, createdAtMs: 2 }, e: { ...exact, createdAtMs: 1 } }, ['p =/a']],
  ['when its last slash is more than the Exact path has', { p: { ...prefix, path: '/a/' }, e: exact }, ['p =/a']],
  ['for each Ingress that has the Prefix', { p: prefix, q: prefix, e: exact }, ['p =/a', 'q =/a']],
  ['to no other path', { p: prefix, e: { ...exact, path: '/b' } }, []],
  ['to no path below it', { p: prefix, e: { ...exact, path: '/a/' } }, []],
  ['to no path of another host', { p: prefix, e: { ...exact, host: 'b.com' } }, []],
  ['to no other Prefix', { p: prefix, q: prefix }, []],
  ['to no prefix of letters', { p: prefix, q: { type: 'ImplementationSpecific' } }, []],
  ['to none that is incomplete', { p: prefix, e: { ...exact, incomplete: true } }, []],
  [
    'to none of a namespace that may not use the host',
    { p: prefix, e: { ...exact, namespace: 'team', createdAtMs: 1 } },
    [],
  ],
  ['never for "/", which is one rule', { p: { ...prefix, path: '/' }, e: { ...exact, path: '/' } }, []],
])('The rule that a Prefix adds for the path itself gives way %s.', (_, all, expected) => {
  expect(yieldingIn(factsOf(all))).toEqual(expected);
});

test('Where namespaces share hosts it gives way to another one, unless that one may not use the CLB.', () => {
  const all = { p: prefix, e: { ...exact, namespace: 'team' } };
  expect(yieldingIn(factsOf(all, sharing))).toEqual(['p =/a']);
  const rules = [{ balancers: '*', namespaces: ['shop'] }] as const;
  expect(yieldingIn(factsOf(all, { policy: { ...sharing.policy, rules } }))).toEqual([]);
});

test('An Exact path that has the rule keeps it while its certificate is missing.', () => {
  const place: RulePlace = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '=/a' };
  const rules = [{ locationId: 'loc-1', domain: 'a.com', url: '=/a', settings: {} }];
  const listeners = [aListener({ name: listenerName('cls-test', sharedGroup), protocol: 'HTTP', rules })];
  const observed = anObserved({ listeners, recordedRules: [{ place, ownerUids: ['uid-e'] }] });
  expect(yieldingIn(factsOf({ p: prefix, e: { ...exact, incomplete: true } }, { observed }))).toEqual(['p =/a']);
});

test('One that gives way is no claim, what is below the path is, and nothing else of anybody changes.', () => {
  const facts = factsOf({ p: prefix, e: exact });
  const left = withoutGivenWay(facts);
  const urls = left.claims.map(({ bindings }) => bindings.flatMap(({ place }) => (isRule(place) ? [place.url] : [])));
  expect(urls).toEqual([['/a/'], ['=/a']]);
  expect(left.givenWay?.size).toBe(1);
  const alone = factsOf({ p: prefix });
  expect(withoutGivenWay(alone)).toBe(alone);
});
