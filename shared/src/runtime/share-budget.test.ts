import { expect, test } from '@jest/globals';
import { createShareBudget } from './share-budget.ts';

/** How many of one share may go until then. */
function spendAll(budget: ReturnType<typeof createShareBudget>, share: string, nowMs: number): number {
  let count = 0;
  for (; budget.untilMs(share, nowMs) === 0; count += 1) budget.spend(share, nowMs);
  return count;
}

test('a share may go as often as its burst at once, and then at its rate, whatever it asks for', () => {
  const budget = createShareBudget({ perMinute: 60, burst: 10 });
  let count = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) count += spendAll(budget, 'other', nowMs);
  expect(count).toBeGreaterThanOrEqual(10 + 59);
  expect(count).toBeLessThanOrEqual(10 + 60);
});

test('a share that is used up takes nothing from another, and says how long it waits', () => {
  const budget = createShareBudget({ perMinute: 60, burst: 1 });
  spendAll(budget, 'other', 0);
  expect(budget.untilMs('other', 0)).toBe(1_000);
  expect(budget.untilMs('shop', 0)).toBe(0);
});

test('a rest fills an account no further than the burst', () => {
  const budget = createShareBudget({ perMinute: 60, burst: 3 });
  spendAll(budget, 'other', 0);
  expect(spendAll(budget, 'other', 3_600_000)).toBe(3);
});

test('what is refunded can be spent again, and no more than that', () => {
  const budget = createShareBudget({ perMinute: 60, burst: 2 });
  spendAll(budget, 'other', 0);
  budget.refund('other', 0);
  expect(spendAll(budget, 'other', 0)).toBe(1);
  for (let count = 0; count < 5; count += 1) budget.refund('other', 0);
  expect(spendAll(budget, 'other', 0)).toBe(2);
});

test('what goes without asking makes no debt', () => {
  const budget = createShareBudget({ perMinute: 60, burst: 1 });
  for (let count = 0; count < 100; count += 1) budget.spend('other', 0);
  expect(budget.untilMs('other', 0)).toBe(1_000);
});

test('accounts of shares that come and go are dropped, and those in use are not', () => {
  const budget = createShareBudget({ perMinute: 1, burst: 1 });
  budget.spend('other', 1_000_000);
  for (let number = 0; number < 5_000; number += 1) budget.spend(`old-${number}`, 0);
  expect(budget.untilMs('other', 1_000_000)).toBeGreaterThan(0);
});
