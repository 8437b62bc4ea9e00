import { expect, test } from '@jest/globals';
import { exceptions, scenarios } from '../conformance/scenarios.ts';
import { readTable } from './read-table.ts';

const plain = (rows: readonly (readonly string[])[]) =>
  rows.map((cells) => cells.map((cell) => cell.replaceAll('\\', '')));

test('docs/conformance.md has the scenarios that are asked, and no other result than that they pass.', () => {
  const rows = plain(readTable('conformance.md', '## Scenarios'));
  expect(rows).toEqual(scenarios.map(({ name }) => [name, 'passes']));
});

test('docs/conformance.md says of each exception why a CLB cannot.', () => {
  const rows = plain(readTable('conformance.md', '## What a CLB does otherwise'));
  expect(rows).toEqual(exceptions.map(({ name, why }) => [name, why]));
});
