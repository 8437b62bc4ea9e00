import { join, resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { ESLint, type Linter } from 'eslint';

jest.setTimeout(60_000);
const root = resolve(import.meta.dirname, '../../..');
const rules = ['no-restricted-globals', 'no-restricted-properties', 'no-restricted-syntax'] as const;
const eslint = new ESLint({ cwd: root });

/** The rules that a line of this file violates. Only these rules are tried: those that know types are slow. */
async function rulesAgainst(line: string, path: string): Promise<readonly (string | null)[]> {
  const { rules: all = {} } = (await eslint.calculateConfigForFile(join(root, path))) as Linter.Config;
  const tried = Object.fromEntries(rules.flatMap((rule) => (all[rule] === undefined ? [] : [[rule, all[rule]]])));
  const only = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: { rules: tried } });
  const [file] = await only.lintText(line);
  return file?.messages.map(({ ruleId }) => ruleId) ?? [];
}

const line = 'export const all = [Date.now(), Math.random(), new Date(), Date(), new Date(0), setTimeout];';

test.each(['controller/src/core/model/owner.ts', 'shared/src/domain/eni.ts'])(
  '%s may read no clock and draw no random number; a date of a given time is no clock.',
  async (path) => {
    expect(await rulesAgainst(line, path)).toEqual([
      'no-restricted-properties',
      'no-restricted-properties',
      'no-restricted-syntax',
      'no-restricted-syntax',
      'no-restricted-globals',
    ]);
  },
);

test('engine/ may.', async () => {
  expect(await rulesAgainst(line, 'controller/src/engine/apply.ts')).toEqual([]);
});
