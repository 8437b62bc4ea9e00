import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const sources = resolve(import.meta.dirname, '../../../e2e/src');

const textOf = (file: string) => readFileSync(join(sources, file), 'utf8');

/** VIPs of CLBs that a test file makes itself. */
function vipsIn(file: string): readonly string[] {
  return [...new Set(textOf(file).match(/198\.51\.100\.\d+/g) ?? [])];
}

test('No two tests of the whole system use one VIP: the cloud gives it to one CLB, and their cluster is one.', () => {
  const files = readdirSync(sources).filter((file) => file.endsWith('.test.ts'));
  const users = Map.groupBy(
    files.flatMap((file) => vipsIn(file).map((vip) => ({ vip, file }))),
    ({ vip }) => vip,
  );
  const shared = [...users].filter(([, all]) => all.length > 1).map(([vip, all]) => [vip, all.map(({ file }) => file)]);
  expect(users.size).toBeGreaterThan(10);
  expect(shared).toEqual([]);
});
