import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { flagsOf, imageName, programs } from './programs.ts';

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

test('The name is spelled in full, as containerd keeps it.', () => {
  expect(imageName('webhook', '0.1.0')).toBe('docker.io/clb-direct/webhook:0.1.0');
});
