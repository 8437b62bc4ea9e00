import { expect, test } from '@jest/globals';
import { toQuota } from './quota.ts';

const row = (QuotaId: string, QuotaLimit: number | null) => ({ QuotaId, QuotaCurrent: null, QuotaLimit });

test('The quota of listeners, rules and targets is read; what a CLB has not to do with is left out.', () => {
  const QuotaSet = [
    row('TOTAL_OPEN_CLB_QUOTA', 100),
    row('TOTAL_LISTENER_QUOTA', 50),
    row('TOTAL_LISTENER_RULE_QUOTA', 60),
    row('TOTAL_TARGET_BIND_QUOTA', 200),
  ];
  expect(toQuota({ QuotaSet, RequestId: 'r' })).toEqual({ listeners: 50, rules: 60, targets: 200 });
});

test.each([null, 0, -1, 1.5])('A limit of %p, or none at all, is not known.', (limit) => {
  expect(toQuota({ QuotaSet: [row('TOTAL_TARGET_BIND_QUOTA', limit)], RequestId: 'r' })).toEqual({});
});

test('An answer without any is not as documented.', () => {
  expect(() => toQuota({ QuotaSet: null, RequestId: 'r' })).toThrow('QuotaSet is missing');
});
