import { expect, test } from '@jest/globals';
import type { Binding } from '../model/binding.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { BoundPlace } from '../plan/bound-place.ts';
import { checkFromProbe } from './check-from-probe.ts';

const at = (url: string, healthCheck: HealthCheck, probeCheck?: Binding['probeCheck']) => {
  const place = { protocol: 'HTTP', port: 80, domain: 'a.com', url } as const;
  const standing = { settings: { healthCheck: { HttpCheckPath: '/stands' } } };
  return { place, standing, binding: { ruleSettings: { healthCheck }, probeCheck } } as unknown as BoundPlace;
};

test('The author is told what the checks ask that come from readiness probes, and of no other.', () => {
  const derived = at('/', { HttpCheckMethod: 'GET', HttpCheckPath: '/ready' }, 'asked');
  const neutral = at('/differ', { HttpCheckPath: '/' }, 'asked');
  const [finding, ...others] = checkFromProbe([derived, neutral, at('/chosen', {})]);
  expect(finding?.message).toContain('HTTP/80 a.com/ (GET /ready)');
  expect(finding?.message).toContain('HTTP/80 a.com/differ (any status, because the pods differ)');
  expect(finding?.message).not.toContain('chosen');
  expect(others).toEqual([]);
});

test('The author is told which checks stay although the probe asks otherwise, and what to write.', () => {
  const [finding, ...others] = checkFromProbe([at('/', {}, 'waits')]);
  expect(finding?.message).toContain('HTTP/80 a.com/ (/stands)');
  expect(finding?.message).toContain('clb-direct.io/health-check-path');
  expect(others).toEqual([]);
});

test('Without such checks nothing is said.', () => {
  expect(checkFromProbe([at('/', {})])).toEqual([]);
});
