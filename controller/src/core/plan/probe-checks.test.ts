import { describe, expect, test } from '@jest/globals';
import {
  aBinding,
  aListener,
  anObserved,
  anOwner,
  aPod,
  aTarget,
  webOwner,
  type ObservedParts,
} from '../../testing/builders.ts';
import type { HttpProbe } from '../model/http-probe.ts';
import type { PodView } from '../model/pod-view.ts';
import type { HealthCheck } from '../model/settings.ts';
import { targetKey, type Health } from '../model/target.ts';
import { withProbeChecks } from './probe-checks.ts';

const probe: HttpProbe = { port: 8080, path: '/ready' };
const place = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' } as const;
const derived = { HttpCheckMethod: 'GET', HttpCheckPath: '/ready', HttpCode: 6 };

function bindingOf(pods: readonly PodView[], healthCheck?: HealthCheck, parts: ObservedParts = {}) {
  const ruleSettings = healthCheck === undefined ? {} : { healthCheck };
  const claims = [{ owner: anOwner(), bindings: [aBinding({ place, ruleSettings })] }];
  const known = { podsOf: () => pods, observed: anObserved(parts) };
  return withProbeChecks(claims, known)[0]?.bindings[0];
}
const checkOf = (...given: Parameters<typeof bindingOf>) => bindingOf(...given)?.ruleSettings.healthCheck;
const withProbes = (...httpProbes: readonly HttpProbe[]) => aPod({ httpProbes });

test.each<[string, readonly PodView[], HealthCheck | undefined]>([
  ['what the probe at the port asks', [withProbes({ port: 1, path: '/x' }, probe)], derived],
  ['the host of the probe too', [withProbes({ ...probe, host: 'b.com' })], { ...derived, HttpCheckDomain: 'b.com' }],
  ['the default without a probe', [aPod()], undefined],
  ['the default without pods', [], undefined],
  ['the default for a probe of another port', [withProbes({ port: 1, path: '/x' })], undefined],
  ['the default for a path that a CLB cannot ask', [withProbes({ port: 8080, path: '/a?b' })], undefined],
  ['what all of them pass while pods differ', [withProbes(probe), aPod()], { HttpCheckPath: '/', HttpCode: 31 }],
  ['what the others ask while one ends', [withProbes(probe), aPod({ ending: true })], derived],
])('The check of a rule is %s.', (_, pods, expected) => {
  expect(checkOf(pods)).toEqual(expected);
});

test('What somebody chose stays, and the host that a wildcard needs is no choice.', () => {
  expect(checkOf([withProbes(probe)], { HealthSwitch: 0 })).toEqual({ HealthSwitch: 0 });
  const HttpCheckDomain = 'a.com';
  expect(checkOf([withProbes({ ...probe, host: 'b.com' })], { HttpCheckDomain })).toEqual({
    ...derived,
    HttpCheckDomain,
  });
});

test('Nothing is asked while a TkeServiceConfig is not known that may have chosen a check.', () => {
  const claims = [{ owner: anOwner(), bindings: [aBinding({ place, isConfigUnknown: true })] }];
  const known = { podsOf: () => [withProbes(probe)], observed: anObserved() };
  expect(withProbeChecks(claims, known)).toEqual(claims);
});

test('A listener without rules keeps its check.', () => {
  const claims = [{ owner: anOwner(), bindings: [aBinding()] }];
  const known = { podsOf: () => [withProbes(probe)], observed: anObserved() };
  expect(withProbeChecks(claims, known)).toEqual(claims);
});

describe('while a rule stands', () => {
  const neutral = { HttpCheckPath: '/', HttpCode: 31 };
  const closed = { gate: 'unset' } as const;
  const open = { gate: { status: 'True', reason: '', message: '' } } as const;
  const old = aPod({ httpProbes: [{ port: 8080, path: '/a' }], ...open });
  const next = (overrides: Partial<PodView> = {}) =>
    aPod({ name: 'web-2', uid: 'uid-web-2', ip: '10.0.0.2', httpProbes: [probe], ...closed, ...overrides });
  const ofProbe = (path: string): HealthCheck => ({ HttpCheckMethod: 'GET', HttpCheckPath: path, HttpCode: 6 });

  interface Scene {
    readonly stands?: HealthCheck;
    readonly weight?: number;
    /** Of the new pod. */
    readonly health?: Health;
  }
  const at = ({ stands = ofProbe('/a'), weight = 10, health = 'Unknown' }: Scene = {}): ObservedParts => {
    const rule = { locationId: 'loc-1', domain: place.domain, url: place.url, settings: { healthCheck: stands } };
    const targets = [
      aTarget({ locationId: 'loc-1', weight }),
      aTarget({ locationId: 'loc-1', weight, ip: '10.0.0.2', tag: 'uid-web-2' }),
    ];
    const healthOf = new Map(targets.map((one) => [targetKey(one), one.ip === '10.0.0.2' ? health : 'Alive'] as const));
    const recordedRules = [{ place, ownerUids: [webOwner.uid] }] as never;
    return { listeners: [aListener({ protocol: 'HTTP', rules: [rule] })], targets, health: healthOf, recordedRules };
  };

  test.each<[string, readonly PodView[], Scene, HealthCheck | undefined]>([
    ['no target carries traffic and the probe is another one', [next()], { weight: 0 }, derived],
    ['no target carries traffic and the pods differ', [old, next()], { weight: 0 }, neutral],
    ['new pods fail it and the others pass it', [old, next()], { health: 'Dead' }, neutral],
    ['all of the pods fail it by now', [next()], { health: 'Dead' }, derived],
    ['new pods have no probe and fail it', [next({ httpProbes: [] })], { health: 'Dead' }, neutral],
    ['new pods do not answer what the default asks', [next()], { stands: neutral, health: 'Dead' }, derived],
  ])('the check changes where %s', (_, pods, scene, expected) => {
    expect(checkOf(pods, undefined, at(scene))).toEqual(expected);
  });

  test.each<[string, readonly PodView[], Scene]>([
    ['the pods differ', [old, next()], {}],
    ['all pods have another probe', [next()], {}],
    ['all pods have another probe and pass it', [next()], { health: 'Alive' }],
    ['the setting is new', [old], { stands: neutral }],
    ['a new pod is not ready yet', [old, next({ containersReady: false })], { health: 'Dead' }],
    ['a pod has passed it before', [old, next(open)], { health: 'Dead' }],
    ['no gate waits for the new pod', [old, next({ gate: 'absent' })], { health: 'Dead' }],
    ['a new pod fails what its own probe asks', [old, next()], { stands: ofProbe('/ready'), health: 'Dead' }],
    [
      'pods without a probe fail one that somebody made',
      [next({ httpProbes: [] })],
      { stands: { HttpCode: 2 }, health: 'Dead' },
    ],
    ['there are no pods', [], { weight: 0 }],
  ])('the check stays where targets carry traffic and %s', (_, pods, scene) => {
    expect(checkOf(pods, undefined, at(scene))).toBeUndefined();
  });

  test('its author is told of a check that stays, once the pods are alike', () => {
    const probeCheck = (pods: readonly PodView[]) => bindingOf(pods, undefined, at())?.probeCheck;
    expect([probeCheck([old]), probeCheck([old, next()]), probeCheck([next()])]).toEqual(['asked', undefined, 'waits']);
  });
});
