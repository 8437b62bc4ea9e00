import { describe, expect, test } from '@jest/globals';
import { pauseAfter } from '../plan/pauses.ts';
import { CloudError, type CloudErrorKind } from './cloud-error.ts';
import { cloudTrouble, isOnlyRefusal, kindOf, notFound } from './cloud-trouble.ts';

const kinds: readonly CloudErrorKind[] = ['throttled', 'busy', 'transient', 'gone', 'refused', 'quota', 'credentials'];

function cloudError(kind: CloudErrorKind): CloudError {
  return new CloudError(`it is ${kind}`, { kind, code: 'Code', action: 'Action' });
}

describe('trouble', () => {
  test('every kind has a reason of its own and keeps its sentence', () => {
    const troubles = kinds.map((kind) => cloudTrouble(cloudError(kind)));
    expect(new Set(troubles.map(({ reason }) => reason)).size).toBe(kinds.length);
    expect(troubles.map(({ message }) => message)).toEqual(kinds.map((kind) => `it is ${kind}`));
  });

  test('of several errors the one that a person can do something about is reported', () => {
    const error = new AggregateError([cloudError('busy'), cloudError('credentials'), cloudError('throttled')]);
    expect(cloudTrouble(error)).toEqual({
      severity: 'Warning',
      reason: 'CredentialsRefused',
      message: 'it is credentials',
    });
    expect(cloudTrouble(new AggregateError([new AggregateError([cloudError('quota')])]))).toMatchObject({
      reason: 'QuotaReached',
      message: 'it is quota',
    });
  });

  test('what is no error of the cloud passes', () => {
    expect(kindOf(new TypeError('x'))).toBe('transient');
    expect(kindOf('x')).toBe('transient');
    expect(cloudTrouble('x')).toEqual({ severity: 'Warning', reason: 'CloudUnavailable', message: 'x' });
  });

  test('only a refusal or a quota leaves the rest of the CLB working', () => {
    expect(kinds.filter((kind) => isOnlyRefusal(cloudError(kind)))).toEqual(['refused', 'quota']);
    expect(isOnlyRefusal(new Error('x'))).toBe(false);
  });

  test('an unknown CLB is reported with where to correct it', () => {
    expect(notFound('lb-x', 'ap-test').message).toMatch(/lb-x does not exist in region ap-test.*annotation.*REGION/);
  });
});

describe('pauses', () => {
  test.each(kinds)('of kind %s grow up to a limit of at most 30 s', (kind) => {
    const pauses = [1, 2, 3, 10, 1_000].map((failures) => pauseAfter(kind, failures, 1));
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses[0]).toBeGreaterThanOrEqual(300);
    expect(pauses.at(-1)).toBeLessThanOrEqual(30_000);
    expect(pauses.at(-1)).toBe(pauses.at(-2));
  });

  test('are spread over a quarter', () => {
    expect(pauseAfter('throttled', 1, 0)).toBe(750);
    expect(pauseAfter('throttled', 1, 1)).toBe(1_000);
  });
});
