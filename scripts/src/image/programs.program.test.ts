import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundlePrograms } from './bundle-program.ts';
import { environment, flagsOf, imageName, programs } from './programs.ts';

const root = resolve(import.meta.dirname, '../../..');

test.each(programs)('The sources of the $name are where its image looks for them.', ({ entry, commands = {} }) => {
  for (const path of [entry, ...Object.values(commands)])
    expect([path, existsSync(join(root, path))]).toEqual([path, true]);
});

test.each(programs)('Node knows the flags that the image of the $name starts it with.', async (program) => {
  const node = join(root, 'node_modules/node/bin/node');

  await expect(promisify(execFile)(node, [...flagsOf(program), '-e', '0'], { timeout: 30_000 })).resolves.toEqual({
    stdout: '',
    stderr: '',
  });
});

test.each(programs)(
  'Whatever happens to the $name, its image writes no report and no snapshot of its memory.',
  async (program) => {
    const node = join(root, 'node_modules/node/bin/node');
    const show =
      'const r = process.report; console.log(r.reportOnFatalError, r.reportOnSignal, r.reportOnUncaughtException)';
    const { stdout } = await promisify(execFile)(node, [...flagsOf(program), '-e', show], { env: environment });

    expect(stdout).toBe('false false false\n');
    expect(flagsOf(program).join(' ')).not.toMatch(/heap-?snapshot|heap-prof|cpu-prof|diagnostic|abort-on|inspect/);
    expect(Object.keys(environment)).not.toContain('NODE_OPTIONS');
  },
);

const commands = programs.flatMap(({ name, commands = {} }) =>
  Object.entries(commands).map(([command, entry]) => ({ command, entry, name })),
);

test.each(commands)('$command runs as it is in the image of the $name.', async ({ command, entry }) => {
  const files = await bundlePrograms(root, { [command]: entry });
  const folder = await mkdtemp(join(tmpdir(), 'command-'));
  try {
    const program = join(folder, 'it.mjs');
    await writeFile(program, files.find(({ path }) => path === `app/${command}.js`)?.content ?? '');
    const { stdout } = await promisify(execFile)(process.execPath, [program, '--help'], { timeout: 30_000 });
    expect(stdout).toMatch(new RegExp(`^Usage: (./scripts/)?${command} `));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('The name is spelled in full, as containerd keeps it.', () => {
  expect(imageName('webhook', '0.1.0')).toBe('docker.io/clb-direct/webhook:0.1.0');
});
