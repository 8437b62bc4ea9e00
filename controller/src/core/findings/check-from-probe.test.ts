import { expect, test } from '@jest/globals';
import type { HealthCheck } from '../model/settings.ts';
import type { BoundPlace } from '../plan/bound-place.ts';
import { checkFromProbe } from './check-from-probe.ts';

const at = (url: string, healthCheck: HealthCheck, hasProbeCheck = true) => {
  const place = { protocol: 'HTTP', port: 80, domain: 'a.com', url } as const;
  const binding = { ruleSettings: { healthCheck }, ...(hasProbeCheck ? { hasProbeCheck } : {}) };
  return { place, binding } as unknown as BoundPlace;
};

test('The author is told what the checks ask that come from readiness probes, and of no other.', () => {
  const derived = at('/', { HttpCheckMethod: 'GET', HttpCheckPath: '/ready' });
  const neutral = at('/differ', { HttpCheckPath: '/' });
  const message = checkFromProbe([derived, neutral, at('/chosen', {}, false)])?.message;
  expect(message).toContain('HTTP/80 a.com/ (GET /ready)');
  expect(message).toContain('HTTP/80 a.com/differ (any status, because the pods differ)');
  expect(message).not.toContain('chosen');
});

test('Without such checks nothing is said.', () => {
  expect(checkFromProbe([at('/', {}, false)])).toBeUndefined();
});
