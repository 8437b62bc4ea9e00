import { expect, test } from '@jest/globals';
import { createLeaseWatch, judgeLease, leaseProblem, unrenewedMs } from './lease-state.ts';
import type { LeaseView, ReadResult } from './read-state.ts';

const seen = (changed: Partial<LeaseView> = {}): ReadResult<LeaseView> => ({
  kind: 'seen',
  value: { holder: 'webhook-a_1f', renewTime: '2026-06-01T00:00:00.000000Z', durationMs: 15_000, ...changed },
});

test('A Lease is held by a pod, by none, or by one that no longer renews it.', () => {
  expect(judgeLease(seen(), 19_000)).toEqual({ kind: 'held', pod: 'webhook-a' });
  expect(judgeLease(seen(), 21_000)).toEqual({ kind: 'silent', pod: 'webhook-a', sinceMs: 21_000 });
  expect(judgeLease(seen({ holder: '' }), 0)).toEqual({ kind: 'free' });
  expect(judgeLease({ kind: 'absent' }, 0)).toEqual({ kind: 'free' });
  expect(judgeLease({ kind: 'forbidden', reason: 'no' }, 0)).toEqual({ kind: 'unknown' });
});

test('A holder that is no replica that runs is a stranger, unless the replicas could not be listed.', () => {
  const replicas = (...value: string[]) => ({ kind: 'seen', value }) as const;
  const stranger = { kind: 'stranger', pod: 'webhook-a', durationMs: 15_000 };
  expect(judgeLease(seen(), 0, replicas('webhook-b'))).toEqual(stranger);
  expect(judgeLease(seen(), 0, replicas('webhook-b', 'webhook-a'))).toMatchObject({ kind: 'held' });
  expect(judgeLease(seen(), 0, { kind: 'forbidden', reason: 'no' })).toMatchObject({ kind: 'held' });
  expect(judgeLease(seen(), 60_000, replicas())).toMatchObject({ kind: 'silent' });
});

test('Its age is that of the last renewal; a Lease without one is taken for fresh.', () => {
  expect(unrenewedMs(seen(), Date.parse('2026-06-01T00:01:00Z'))).toBe(60_000);
  expect(unrenewedMs(seen({ renewTime: '' }), 0)).toBe(0);
  expect(unrenewedMs({ kind: 'absent' }, 0)).toBe(0);
});

test('A watch counts by its own clock, from renewal to renewal, whatever time they name.', () => {
  let ms = 0;
  const watch = createLeaseWatch(() => ms);
  const kinds = [0, 19_000, 2_000].map((pass) => {
    ms += pass;
    return watch(seen()).kind;
  });

  expect(kinds).toEqual(['held', 'held', 'silent']);
  expect(watch(seen({ renewTime: '1999-01-01T00:00:00Z' }))).toMatchObject({ kind: 'held' });
});

test('Only no holder and a silent one are problems.', () => {
  expect(leaseProblem({ kind: 'free' })).toMatch(/no webhook replica holds the Lease.*kubectl -n clb-direct get pods/);
  expect(leaseProblem({ kind: 'silent', pod: 'a', sinceMs: 60_400 })).toContain(
    'a holds the Lease but has not renewed',
  );
  expect(leaseProblem({ kind: 'held', pod: 'a' })).toBeUndefined();
  expect(leaseProblem({ kind: 'unknown' })).toBeUndefined();
});
