import { describe, expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { aListener, anObserved, claimOf, clbId, clusterId, everyone, someFacts } from '../../testing/builders.ts';
import { anIngress, aPath, directAccess, onExisting } from '../../testing/ingress-builders.ts';
import type { RulePlace } from '../model/place.ts';
import { wildcardDomain } from '../model/wildcard-domain.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { admitClaims } from './place-policy.ts';

const domain = 'a.com';
const ruleAt = (port: number, host = domain): RulePlace => {
  return { protocol: 'HTTP', port, domain: host.replace('*.a.com', wildcard), url: '=/a' };
};
const wildcard = wildcardDomain('a.com');

function ingress(namespace: string, createdAtMs: number, ports: readonly number[], host = domain) {
  const listenPorts = JSON.stringify(ports.map((port) => ({ HTTP: port })));
  const annotations = { ...onExisting, [ingressAnnotation.listenPorts]: listenPorts };
  const paths = [aPath({ host, path: '/a', pathType: 'Exact' })];
  return readIngress(anIngress({ namespace, name: `site-${createdAtMs}`, createdAtMs, annotations, paths }));
}

const waiting = { severity: 'Warning', reason: 'AnnotationMalformed', message: 'create the Secret' } as const;

interface Standing {
  readonly port: number;
  readonly owners: readonly ReturnType<typeof ingress>[];
  readonly group?: string;
  readonly host?: string;
}

/** "namespace:port" of the claims that may have rules of the host. */
function admitted(asking: readonly ReturnType<typeof ingress>[], standing: readonly Standing[]): readonly string[] {
  const listeners = standing.map(({ port, group = sharedGroup, host }) => {
    const rules = [{ ...ruleAt(port, host), locationId: `loc-${port}`, settings: {} }];
    return aListener({ id: `lbl-${port}`, name: listenerName(clusterId, group), protocol: 'HTTP', port, rules });
  });
  const recordedRules = standing.map(({ port, owners, host }) => {
    return { place: ruleAt(port, host), ownerUids: owners.map(({ uid }) => uid) };
  });
  const owners = [...asking, ...standing.flatMap((one) => one.owners)];
  const policy = { rules: [everyone], reservationMs: 0, held: [] };
  const observed = anObserved({ listeners, recordedRules });
  const { claims } = admitClaims(someFacts({ claims: asking.map(claimOf), owners, observed, policy }));
  return claims.flatMap(({ owner, bindings }) => bindings.map(({ place }) => `${owner.namespace}:${place.port}`));
}

test('A host is of one namespace although each of its rules is recorded for two that asked at once.', () => {
  const [first, second, third] = [ingress('team', 1, [80]), ingress('shop', 2, [80, 81]), ingress('team', 3, [81])];
  const standing = [
    { port: 80, owners: [second, first] },
    { port: 81, owners: [second, third] },
  ];
  expect(admitted([first, second, third], standing)).toEqual(['team:80', 'team:81']);
});

test('A rule that is recorded for two namespaces is that of the one that has another rule of the host.', () => {
  const [older, younger] = [ingress('shop', 1, [81]), ingress('team', 2, [80, 81])];
  const standing = [
    { port: 81, owners: [older, younger] },
    { port: 80, owners: [younger] },
  ];
  expect(admitted([older, younger], standing)).toEqual(['team:80', 'team:81']);
});

test('Both keep what they have of one host, as after an administrator let them share it.', () => {
  const [older, younger] = [ingress('shop', 1, [80]), ingress('team', 2, [81])];
  const standing = [
    { port: 80, owners: [older] },
    { port: 81, owners: [younger] },
  ];
  expect(admitted([older, younger], standing)).toEqual(['shop:80', 'team:81']);
});

test('Who has the host at a listener of its own gets no rule of it at one that is shared.', () => {
  const [older, younger] = [ingress('shop', 1, [80]), ingress('team', 2, [80])];
  const own = ingress('team', 3, []);
  const standing = [
    { port: 80, owners: [older] },
    { port: 81, owners: [own], group: own.uid },
  ];
  expect(admitted([older, younger], standing)).toEqual(['shop:80']);
});

test('A host is that of the oldest that wants it, also while that one waits for its certificate.', () => {
  const [older, younger] = [ingress('shop', 1, [80]), ingress('team', 2, [80])];
  const bindings = older.bindings.map((binding) => ({ ...binding, incomplete: waiting }));
  expect(admitted([{ ...older, bindings }, younger], [])).toEqual(['shop:80']);
});

test('Whom an administrator keeps from the CLB takes no host from others by waiting.', () => {
  const [older, younger] = [ingress('shop', 1, [80]), ingress('team', 2, [80])];
  const bindings = older.bindings.map((binding) => ({ ...binding, incomplete: waiting }));
  const policy = { rules: [{ ...everyone, namespaces: ['team'] }], reservationMs: 0, held: [] };
  const claims = [{ ...older, bindings }, younger].map(claimOf);
  const { denied } = admitClaims(someFacts({ claims, policy }));
  expect(denied).toEqual([]);
});

describe("A wildcard gives its namespace the names that are nobody else's:", () => {
  const [star, name] = ['*.a.com', 'pay.a.com'];
  const [shop, team] = [ingress('shop', 1, [80], star), ingress('team', 2, [80], name)];
  const both = ['shop:80', 'team:80'];

  test.each<[string, Parameters<typeof admitted>, readonly string[]]>([
    ['where it stands', [[shop, team], [{ port: 80, owners: [shop], host: star }]], ['shop:80']],
    ['where it stands at another port', [[shop, team], [{ port: 81, owners: [shop], host: star }]], ['shop:80']],
    ['where it comes first', [[shop, team], []], ['shop:80']],
    ['not a name that stood before it', [[shop, team], [{ port: 80, owners: [team], host: name }]], both],
    ['not a name that an older Ingress wants', [[ingress('team', 0, [80], name), shop], []], both.toReversed()],
    ['not one of more labels', [[shop, ingress('team', 2, [80], 'eu.pay.a.com')], []], both],
    ['not the domain itself', [[shop, ingress('team', 2, [80])], []], both],
    ['also to its other Ingresses', [[shop, ingress('shop', 2, [81], name)], []], ['shop:80', 'shop:81']],
  ])('%s', (_, [asking, standing], expected) => {
    expect(admitted(asking, standing)).toEqual(expected);
  });

  const asOnTke = (host: string) => {
    const annotations = { ...directAccess, [annotation.adopt]: clbId };
    const paths = [aPath({ host, path: '/a', pathType: 'Exact' })];
    return readIngress(anIngress({ namespace: 'shop', name: 'adopted', createdAtMs: 1, annotations, paths }));
  };

  test.each<[string, string, string, readonly string[]]>([
    ['with one label', star, name, ['shop:80']],
    ['with several labels', star, 'eu.pay.a.com', ['shop:80']],
    ['that are those of a wildcard', star, star, ['shop:80']],
    ['that are those of a longer wildcard', star, '*.pay.a.com', ['shop:80']],
    ['not the domain itself', star, domain, both],
    ['not those of a shorter wildcard', '*.pay.a.com', star, both],
  ])('of one that is as TKE made it those %s', (_, wide, narrow, expected) => {
    const [adopted, other] = [asOnTke(wide), ingress('team', 2, [80], narrow)];
    const rules = adopted.bindings.map(({ place }) => ({ ...(place as RulePlace), locationId: 'loc-1', settings: {} }));
    const listener = aListener({ name: listenerName(clusterId, sharedGroup), protocol: 'HTTP', port: 80, rules });
    const recordedRules = rules.map((place) => ({ place, ownerUids: [adopted.uid] }));
    const observed = anObserved({ listeners: [listener], recordedRules });
    const policy = { rules: [everyone], reservationMs: 0, held: [] };
    const facts = someFacts({ claims: [adopted, other].map(claimOf), owners: [adopted, other], observed, policy });
    const { claims } = admitClaims(facts);
    const all = claims.flatMap(({ owner, bindings }) =>
      bindings.map(({ place }) => `${owner.namespace}:${place.port}`),
    );
    expect(all).toEqual(expected);
  });

  test('and who is denied one is told its name as the Ingress has it', () => {
    const policy = { rules: [everyone], reservationMs: 0, held: [] };
    const claims = [shop, ingress('team', 2, [80], star)].map(claimOf);
    const [conflict] = admitClaims(someFacts({ claims, policy })).denied;
    expect(conflict?.finding.message).toContain('another namespace was the first with host *.a.com on');
  });

  test('while it is kept for the namespace that left it', () => {
    const [{ owner }] = [claimOf(shop)];
    const held = [{ slot: 'x', host: wildcard, owner, sinceMs: 0, leftAtMs: 0 }];
    const policy = { rules: [everyone], reservationMs: 5_000, held };
    const { claims, dueInMs } = admitClaims(someFacts({ claims: [claimOf(team)], policy, nowMs: 2_000 }));
    expect([claims.flatMap(({ bindings }) => bindings), dueInMs]).toEqual([[], 3_000]);
  });
});
