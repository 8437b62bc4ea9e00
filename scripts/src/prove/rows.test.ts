import { expect, test } from '@jest/globals';
import { isOverTls, rows, rowsInTests, rowsNamed } from './rows.ts';

test('Each row has a name of its own, and each way to lose requests has its control.', () => {
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  const controls = rows.filter(({ mustLose }) => mustLose);
  const names = ['no-gate', 'no-drain', 'no-holding', 'http2-no-gate', 'websocket-killed'];
  expect(controls.map(({ name }) => name)).toEqual(names.map((name) => `control/${name}`));
});

test('Only controls go without a part of the product.', () => {
  expect(rows.filter(({ without, mustLose }) => without !== undefined && mustLose !== true)).toEqual([]);
});

test('Words choose rows by a part of their names; no word chooses all.', () => {
  expect(rowsNamed(['tcp/rolling/none', 'control/no-gate']).map(({ name }) => name)).toEqual([
    'control/no-gate',
    'tcp/rolling/none',
  ]);
  expect(rowsNamed([])).toEqual(rows);
  expect(rowsNamed(['nothing like it'])).toEqual([]);
});

test('The test run has thirteen rows, controls too, and none that needs a second node or TkeServiceConfigs.', () => {
  expect(rowsInTests).toHaveLength(13);
  expect(rowsInTests.filter(({ mustLose }) => mustLose)).toHaveLength(2);
  const twoNodes = ({ rollout, fault }: (typeof rows)[number]) =>
    ['daemon-set', 'drain-node'].includes(rollout) || fault.kind === 'lose-node';
  expect(rowsInTests.filter(twoNodes)).toEqual([]);
  // Other tests say what happens without this definition.
  expect(rowsInTests.filter(isOverTls)).toEqual([]);
});

test('Only what the laws of nature forbid may lose requests, and says why.', () => {
  const allowed = rows.filter((row) => row.allowed !== null);
  expect(allowed.length).toBeGreaterThan(0);
  expect(allowed.filter(({ fault }) => fault.kind !== 'lose-node')).toEqual([]);
});
