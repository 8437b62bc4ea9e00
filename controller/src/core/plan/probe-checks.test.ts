import { expect, test } from '@jest/globals';
import { aBinding, anOwner, aPod } from '../../testing/builders.ts';
import type { HttpProbe } from '../model/http-probe.ts';
import type { PodView } from '../model/pod-view.ts';
import type { HealthCheck } from '../model/settings.ts';
import { withProbeChecks } from './probe-checks.ts';

const probe: HttpProbe = { port: 8080, path: '/ready' };
const place = { protocol: 'HTTP', port: 80, domain: 'a.com', url: '/' } as const;
const derived = { HttpCheckMethod: 'GET', HttpCheckPath: '/ready', HttpCode: 6 };

function checkOf(pods: readonly PodView[], healthCheck?: HealthCheck): HealthCheck | undefined {
  const ruleSettings = healthCheck === undefined ? {} : { healthCheck };
  const claims = [{ owner: anOwner(), bindings: [aBinding({ place, ruleSettings })] }];
  return withProbeChecks(claims, () => pods)[0]?.bindings[0]?.ruleSettings.healthCheck;
}
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

test('A listener without rules keeps its check.', () => {
  const claims = [{ owner: anOwner(), bindings: [aBinding()] }];
  expect(withProbeChecks(claims, () => [withProbes(probe)])).toEqual(claims);
});
