import { expect, test } from '@jest/globals';
import { rows, rowsNamed } from './rows.ts';

test('Each row has a name of its own, and each way to lose requests has its control.', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  const controls = rows.filter(({ mustLose }) => mustLose);
  expect(controls.map(({ name }) => name)).toEqual(['control/no-gate', 'control/no-drain', 'control/no-holding']);
});

test('Only controls go without a part of the product.', () => {
  expect(rows.filter(({ without, mustLose }) => without !== undefined && mustLose !== true)).toEqual([]);
});

test('Words choose rows by a part of their names; no word chooses all.', () => {
  expect(rowsNamed(['tcp/rolling/none', 'no-gate']).map(({ name }) => name)).toEqual([
    'control/no-gate',
    'tcp/rolling/none',
  ]);
  expect(rowsNamed([])).toEqual(rows);
  expect(rowsNamed(['nothing like it'])).toEqual([]);
});
