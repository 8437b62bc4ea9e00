import { describe, expect, test } from '@jest/globals';
import { KubeError, noAnswer, type KubeCall } from './kube-api.ts';
import { retryPauseMs } from './retry.ts';

function failure(status: number, extra: { reason?: string; retryAfterMs?: number } = {}): KubeError {
  return new KubeError({ status, reason: 'Test', message: 'test', ...extra });
}

function isRepeated(error: unknown, method: KubeCall['method'], tries = 1): boolean {
  return retryPauseMs({ error, method, tries }) !== undefined;
}

describe('a read is repeated', () => {
  test.each([429, 500, 502, 503, 504])('after status %d', (status) =>
    expect(isRepeated(failure(status), 'GET')).toBe(true),
  );
  const { badAnswer, silentWatch, tooLarge, ...others } = noAnswer;
  test.each(Object.values(others))('after %s', (reason) =>
    expect(isRepeated(failure(0, { reason }), 'GET')).toBe(true),
  );
  test.each([badAnswer, silentWatch, tooLarge])('but not after %s, which would come again', (reason) =>
    expect(isRepeated(failure(0, { reason }), 'GET')).toBe(false),
  );
  test('but not after a clear answer', () => {
    for (const status of [400, 403, 404, 409, 410, 422]) expect(isRepeated(failure(status), 'GET')).toBe(false);
  });
});

describe('a write is repeated', () => {
  test.each([
    ['the server was too busy and says when to come back', failure(429, { retryAfterMs: 0 })],
    ['the server is starting and says when to come back', failure(503, { retryAfterMs: 0 })],
    ['the connection was refused', failure(0, { reason: noAnswer.refused })],
    ['the certificate was not trusted', failure(0, { reason: noAnswer.untrusted })],
  ])('when %s', (_, error) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) expect(isRepeated(error, method)).toBe(true);
  });

  test.each([
    ['a server error', failure(500)],
    ['a gateway that gave up', failure(504, { retryAfterMs: 0 })],
    ['a 503 that promises nothing', failure(503)],
    ['a broken connection', failure(0, { reason: noAnswer.network })],
    ['no answer in time', failure(0, { reason: noAnswer.timeout })],
  ])('never after %s, because it may have had its effect', (_, error) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) expect(isRepeated(error, method)).toBe(false);
  });
});

test('a refused token is read again at once, but only once', () => {
  expect(retryPauseMs({ error: failure(401), method: 'POST', tries: 1 })).toBe(0);
  expect(isRepeated(failure(401), 'POST', 2)).toBe(false);
});

test('tries end after the fifth', () => {
  expect(isRepeated(failure(500), 'GET', 4)).toBe(true);
  expect(isRepeated(failure(500), 'GET', 5)).toBe(false);
});

test('the pause is never shorter than Retry-After, and endless patience is left to the caller', () => {
  expect(
    retryPauseMs({ error: failure(429, { retryAfterMs: 7_000 }), method: 'GET', tries: 1 }),
  ).toBeGreaterThanOrEqual(7_000);
  expect(isRepeated(failure(429, { retryAfterMs: 600_000 }), 'GET')).toBe(false);
});

test('what is no KubeError is not repeated', () => expect(isRepeated(new Error('a bug'), 'GET')).toBe(false));
