import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const sources = resolve(import.meta.dirname, '../../../e2e/src');
const files = ['parallel', 'conformance', 'serial'].flatMap((folder) =>
  readdirSync(join(sources, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);

test.each([
  ['VIP', /198\.51\.100\.\d+/g],
  ['CLB', /(?<=')lb-[a-z0-9]{8}(?=')/g],
  ['namespace', /(?<== ')e2e-[a-z-]+(?=')/g],
])('No two tests of the whole system use one %s: their cluster and their cloud are one.', (_, pattern) => {
  const users = Map.groupBy(
    files.flatMap((file) => namesIn(file, pattern).map((name) => ({ name, file }))),
    ({ name }) => name,
  );
  const shared = [...users]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => [name, all.map(({ file }) => file)]);
  expect(users.size).toBeGreaterThan(10);
  expect(shared).toEqual([]);
});

/** What a test file makes itself. */
function namesIn(file: string, pattern: RegExp): readonly string[] {
  return [...new Set(readFileSync(join(sources, file), 'utf8').match(pattern) ?? [])];
}

test('Every test file of the whole system lies where some part of the tests looks.', () => {
  const all = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  const folders = ['clients', 'conformance', 'machine', 'parallel', 'serial'];
  expect(all.filter((name) => !/^(clients|conformance|machine|parallel|serial)\/[^/]+$/.test(name))).toEqual([]);
  expect(folders.filter((folder) => !all.some((name) => name.startsWith(`${folder}/`)))).toEqual([]);
});
