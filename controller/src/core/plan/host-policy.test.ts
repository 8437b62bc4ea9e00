import { expect, test } from '@jest/globals';
import { ingressAnnotation } from '@clb-direct/shared/domain/ingress-names.ts';
import { aListener, anObserved, claimOf, clusterId, everyone, someFacts } from '../../testing/builders.ts';
import { anIngress, aPath, onExisting } from '../../testing/ingress-builders.ts';
import type { RulePlace } from '../model/place.ts';
import { readIngress } from '../sources/ingress/read-ingress.ts';
import { listenerName, sharedGroup } from './listener-name.ts';
import { admitClaims } from './place-policy.ts';

const domain = 'a.com';
const ruleAt = (port: number): RulePlace => ({ protocol: 'HTTP', port, domain, url: '=/a' });

function ingress(namespace: string, createdAtMs: number, ports: readonly number[]) {
  const listenPorts = JSON.stringify(ports.map((port) => ({ HTTP: port })));
  const annotations = { ...onExisting, [ingressAnnotation.listenPorts]: listenPorts };
  const paths = [aPath({ host: domain, path: '/a', pathType: 'Exact' })];
  return readIngress(anIngress({ namespace, name: `site-${createdAtMs}`, createdAtMs, annotations, paths }));
}

interface Standing {
  readonly port: number;
  readonly owners: readonly ReturnType<typeof ingress>[];
  readonly group?: string;
}

/** "namespace:port" of the claims that may have rules of the host. */
function admitted(asking: readonly ReturnType<typeof ingress>[], standing: readonly Standing[]): readonly string[] {
  const listeners = standing.map(({ port, group = sharedGroup }) => {
    const rules = [{ locationId: `loc-${port}`, domain, url: '=/a', settings: {} }];
    return aListener({ id: `lbl-${port}`, name: listenerName(clusterId, group), protocol: 'HTTP', port, rules });
  });
  const recordedRules = standing.map(({ port, owners }) => {
    return { place: ruleAt(port), ownerUids: owners.map(({ uid }) => uid) };
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
