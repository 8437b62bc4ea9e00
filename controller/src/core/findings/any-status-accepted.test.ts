import { expect, test } from '@jest/globals';
import { guardDomain, guardUrl } from '../model/guard.ts';
import type { HealthCheck } from '../model/settings.ts';
import type { BoundPlace } from '../plan/bound-place.ts';
import { anyStatusAccepted } from './any-status-accepted.ts';

const at = (url: string, healthCheck: HealthCheck, domain = 'a.com') => {
  const place = { protocol: 'HTTP', port: 80, domain, url } as const;
  return { place, standing: { settings: { healthCheck } } } as unknown as BoundPlace;
};
const ingress = { kind: 'Ingress' } as const;

test('The author of an Ingress is told once which rules have a check that accepts any status.', () => {
  const bound = [
    at('/', { HttpCode: 31 }),
    at('/strict', { HttpCode: 6 }),
    at('/off', { HttpCode: 31, HealthSwitch: 0 }),
  ];
  const finding = anyStatusAccepted(ingress, bound);
  expect(finding).toMatchObject({ severity: 'Normal', reason: 'HealthCheckAcceptsAnyStatus' });
  expect(finding?.message).toContain('404');
  expect(finding?.message).toContain('HTTP/80 a.com/;');
  expect(finding?.message).not.toMatch(/strict|off/);
  expect(finding?.repeat?.afterMs).toBeGreaterThan(86_400_000);
});

test.each<[string, 'Ingress' | 'Service', BoundPlace]>([
  ['a Service', 'Service', at('/', { HttpCode: 31 })],
  ['a check that demands a status', 'Ingress', at('/', { HttpCode: 2 })],
  ['a check that nothing is known of', 'Ingress', at('/', {})],
  ['a guard', 'Ingress', at(guardUrl, { HttpCode: 31 }, guardDomain)],
])('Nothing is said of %s.', (_, kind, bound) => {
  expect(anyStatusAccepted({ kind }, [bound])).toBeUndefined();
});
