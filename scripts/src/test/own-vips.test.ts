import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const folder = resolve(import.meta.dirname, '../../../e2e/src');

/** VIPs of CLBs that a test file makes itself. */
function vipsIn(file: string): readonly string[] {
  return [...new Set(readFileSync(join(folder, file), 'utf8').match(/198\.51\.100\.\d+/g) ?? [])];
}

test('No two tests of the whole system use one VIP: the cloud gives it to one CLB, and they run on one cluster.', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  const users = Map.groupBy(
    files.flatMap((file) => vipsIn(file).map((vip) => ({ vip, file }))),
    ({ vip }) => vip,
  );
  const shared = [...users].filter(([, all]) => all.length > 1).map(([vip, all]) => [vip, all.map(({ file }) => file)]);
  expect(users.size).toBeGreaterThan(10);
  expect(shared).toEqual([]);
});
