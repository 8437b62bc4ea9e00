import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const sources = resolve(import.meta.dirname, '../../../e2e/src');
const folders = ['clients', 'conformance', 'loads', 'machine', 'parallel', 'serial'];
const all = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
/** Those that share one cluster. */
const files = all.filter((name) => ['conformance', 'loads', 'parallel', 'serial'].includes(dirname(name)));

test.each([
  ['VIP', /198\.51\.100\.\d+/g],
  ['CLB', /(?<=')lb-[a-z0-9]{8}(?=')/g],
  ['namespace', /(?<== ')e2e-[a-z-]+(?=')/g],
])('No two tests of the whole system use one %s: their cluster and their cloud are one.', (_, pattern) => {
  const byName = Map.groupBy(
    files.flatMap((file) => namesIn(file, pattern).map((name) => ({ name, file }))),
    ({ name }) => name,
  );
  const shared = [...byName]
    .filter(([, users]) => users.length > 1)
    .map(([name, users]) => [name, users.map(({ file }) => file)]);
  expect(byName.size).toBeGreaterThan(10);
  expect(shared).toEqual([]);
});

/** What a test file makes itself. */
function namesIn(file: string, pattern: RegExp): readonly string[] {
  return [...new Set(readFileSync(join(sources, file), 'utf8').match(pattern) ?? [])];
}

test('Every test file of the whole system lies where some part of the tests looks.', () => {
  expect(all.filter((name) => !folders.includes(dirname(name)))).toEqual([]);
  expect(folders.filter((folder) => !all.some((name) => dirname(name) === folder))).toEqual([]);
});
