import { expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';

jest.setTimeout(60_000);
const root = resolve(import.meta.dirname, '../../..');
const rules = ['no-restricted-globals', 'no-restricted-properties', 'no-restricted-syntax'] as const;

type Rules = Readonly<Partial<Record<string, unknown>>>;

async function eslint(args: readonly string[], input = ''): Promise<unknown> {
  const out = await new Promise<string>((done) => {
    const bin = join(root, 'node_modules/.bin/eslint');
    // The exit code counts the errors, which the report names.
    const child = execFile(bin, args, { cwd: root, timeout: 50_000 }, (_, stdout) => done(stdout));
    child.stdin?.end(input);
  });
  return JSON.parse(out);
}

/** The rules that a line of this file violates. Only these rules are tried: those that know types are slow. */
async function rulesAgainst(line: string, path: string): Promise<readonly string[]> {
  const { rules: all } = (await eslint(['--print-config', path])) as { readonly rules: Rules };
  const tried = Object.fromEntries(rules.flatMap((rule) => (all[rule] === undefined ? [] : [[rule, all[rule]]])));
  const args = ['--no-config-lookup', '--rule', JSON.stringify(tried), '--stdin', '--format', 'json'];
  const [file] = (await eslint(args, line)) as { readonly messages: readonly { readonly ruleId: string }[] }[];
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
