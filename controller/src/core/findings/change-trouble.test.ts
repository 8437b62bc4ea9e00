import { describe, expect, test } from '@jest/globals';
import { CloudError, type CloudErrorKind } from '../model/cloud-error.ts';
import { troubleFor } from '../model/cloud-trouble.ts';
import { changeTrouble, type FailedChange } from './change-trouble.ts';

const failed = (kind: CloudErrorKind, ip: string, ...namespaces: string[]): FailedChange => {
  const error = new CloudError(`no such IP ${ip}`, { kind, code: 'Invalid', action: 'RegisterTargets' });
  return { error, namespaces: new Set(namespaces) };
};
function shown(changes: readonly FailedChange[], namespace: string): string | undefined {
  const trouble = changeTrouble('lb-one', changes);
  return trouble && troubleFor(trouble, namespace).message;
}
const outline =
  'A change of CLB lb-one that concerns another namespace failed (RegisterTargets: Invalid); ' +
  "it is tried again, and everything else goes on. The controller's log has the details.";

describe('a change that the CLB refused', () => {
  test.each<CloudErrorKind>(['refused', 'quota', 'gone'])('is shown in full in its namespace alone: %s', (kind) => {
    const changes = [failed(kind, '10.0.0.1', 'shop')];
    expect([shown(changes, 'shop'), shown(changes, 'other')]).toEqual(['no such IP 10.0.0.1', outline]);
  });

  test('is shown in each namespace by its own one', () => {
    const changes = [failed('quota', '10.0.0.1', 'shop'), failed('refused', '10.0.9.9', 'other')];
    expect(shown(changes, 'shop')).toBe('no such IP 10.0.0.1');
    expect(shown(changes, 'other')).toBe('no such IP 10.0.9.9');
    expect(shown(changes, 'third')).toBe(outline);
    expect(changeTrouble('lb-one', changes)?.reason).toBe('CloudRefused');
  });

  test('for several namespaces at once is shown in full in none of them', () => {
    const changes = [failed('refused', '10.0.0.1', 'shop', 'other')];
    expect([shown(changes, 'shop'), shown(changes, 'other')]).toEqual([outline, outline]);
  });
});

test.each<CloudErrorKind>(['credentials', 'throttled', 'busy', 'transient'])(
  'What is about the API or the CLB is shown in full everywhere: %s',
  (kind) => {
    const changes = [failed(kind, '10.0.0.1', 'shop')];
    expect([shown(changes, 'shop'), shown(changes, 'other')]).toEqual(['no such IP 10.0.0.1', 'no such IP 10.0.0.1']);
  },
);

test('Nothing that failed is no trouble.', () => {
  expect(changeTrouble('lb-one', [])).toBeUndefined();
});
