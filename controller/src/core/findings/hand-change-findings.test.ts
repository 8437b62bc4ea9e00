import { expect, test } from '@jest/globals';
import { anOwner, aPod, aTarget } from '../../testing/builders.ts';
import type { HandChange } from '../plan/hand-change.ts';
import { handChangeFindings } from './hand-change-findings.ts';

const web = anOwner();
const api = anOwner({ name: 'api' });
const base = { place: { protocol: 'TCP', port: 80 }, owners: ['uid-web'], step: undefined } as const;
const id = { listenerId: 'lbl-1' };
const foreign = (ip: string): HandChange => ({
  ...base,
  what: 'target',
  target: { ...id, ...aTarget({ ip }), health: undefined },
});
const weight = (ip: string): HandChange => {
  return { ...base, what: 'weight', before: 10, target: { ...id, ...aTarget({ ip, weight: 55 }), health: undefined } };
};
const pods = [aPod({ ip: '10.0.0.1' }), aPod({ name: 'db', namespace: 'vault', ip: '10.0.0.2' })];

const found = (changes: readonly HandChange[], owners = [web, api]) =>
  handChangeFindings(changes, {
    scope: { owners },
    balancerId: 'lb-one',
    podsAt: (ip) => pods.filter((pod) => pod.ip === ip),
  });

test('Only the owners of a place hear of it, once for each kind of change and place.', () => {
  const other = { ...base, place: { protocol: 'TCP', port: 81 }, owners: ['uid-api'] } as const;
  const changes: HandChange[] = [
    weight('10.0.0.1'),
    weight('10.0.0.3'),
    foreign('192.0.2.9'),
    { ...base, what: 'health-check', id },
    { ...base, what: 'health-check-settings', id, fields: ['IntervalTime from 5 to 60'] },
    { ...other, what: 'health-check', id },
  ];
  const findings = found(changes);
  expect(findings.map(({ owner, finding }) => [owner.name, finding.reason])).toEqual([
    ['web', 'TargetWeightChanged'],
    ['web', 'ForeignTarget'],
    ['web', 'HealthCheckOff'],
    ['web', 'HealthCheckChanged'],
    ['api', 'HealthCheckOff'],
  ]);
  expect(new Set(findings.map(({ finding }) => finding.repeat?.part)).size).toBe(5);
  expect(findings.every(({ finding }) => finding.repeat?.afterMs === 3_600_000)).toBe(true);
});

test('A weight is told with what it was and what it became.', () => {
  expect(found([weight('10.0.0.1')])[0]?.finding.message).toContain('TCP/80 of lb-one: 10.0.0.1:8080 from 10 to 55.');
});

test('A target at a pod of another namespace is told without its address.', () => {
  const message = found([foreign('10.0.0.1'), foreign('10.0.0.2'), foreign('192.0.2.9')])[0]?.finding.message;
  expect(message).toContain('are taken off: 10.0.0.1:8080, a pod of another namespace, 192.0.2.9:8080.');
});

test('Of many targets a few are named.', () => {
  const many = Array.from({ length: 300 }, (_, number) => foreign(`192.0.2.${number}`));
  expect(found(many)[0]?.finding.message.length).toBeLessThan(500);
});

test('Each kind of owner reads how it switches the check on.', () => {
  const messageTo = (owner: typeof web) => found([{ ...base, what: 'health-check', id }], [owner])[0]?.finding.message;
  expect(messageTo(web)).toContain('clb-direct.io/health-check: "on"');
  expect(messageTo({ ...web, kind: 'Ingress' })).toContain('clb-direct.io/health-check: "on"');
  expect(messageTo({ ...web, kind: 'Gateway' })).toContain('set healthCheck.enable of the rule in a TkeServiceConfig');
});
