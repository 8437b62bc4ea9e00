import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundlePrograms, packageFolders } from './bundle-program.ts';
import type { TarFile } from '@clb-direct/cluster/images/pack-tar.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function project(name: string): Promise<string> {
  const root = join(folder, name);
  const files = {
    'program/main.ts':
      "import { where } from 'library';\nconst thrower: () => string = () => where();\n" + 'console.log(thrower());\n',
    'node_modules/library/package.json': `{"name":"library","version":"1.2.3","license":"MIT","main":"index.js"}`,
    'node_modules/library/LICENSE': 'Do as you like.',
    'node_modules/library/index.js': `const { sep } = require('path');\nexports.where = () => new Error(sep).stack;\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const main = { main: 'program/main.ts' };

function fileOf(files: readonly TarFile[], path: string): string {
  const file = files.find((candidate) => candidate.path === path);
  return Buffer.from(file?.content ?? '').toString();
}

test('The bundle runs alone, also with a CommonJS package, and stack traces name the source.', async () => {
  const bundle = fileOf(await bundlePrograms(await project('one'), main), 'app/main.js');
  const alone = join(folder, 'alone.mjs');
  await writeFile(alone, bundle);

  const { stdout } = await promisify(execFile)(process.execPath, [alone], { timeout: 30_000 });

  expect(stdout).toMatch(/at exports\.where .*alone\.mjs:\d+/);
  expect(stdout).toContain('at thrower ');
});

test('The bundle is ASCII, whatever the source is, and says the same.', async () => {
  const root = await project('ascii');
  const source =
    "// naïve →\nconst ключ = /^[ü-ÿ]→😀$/u.test('ý→😀');\nconsole.log('é', `→${1}`, String.raw`😀\\n`, ключ /* ∞ */);\n";
  await writeFile(join(root, 'program/main.ts'), source);

  const bundle = fileOf(await bundlePrograms(root, main), 'app/main.js');
  const alone = join(folder, 'ascii.mjs');
  await writeFile(alone, bundle);
  const { stdout } = await promisify(execFile)(process.execPath, [alone], { timeout: 30_000 });

  expect(bundle).toMatch(/^[\0-\x7f]*$/);
  expect(stdout).toBe('é →1 😀\\n true\n');
});

test('The bundle is the same wherever the repository lies.', async () => {
  const first = await project('here');
  const second = join(folder, 'deeper/down/there');
  await cp(first, second, { recursive: true });

  expect(await bundlePrograms(second, main)).toEqual(await bundlePrograms(first, main));
});

test('Two programs in one image are two files, with one list of licences.', async () => {
  const files = await bundlePrograms(await project('two'), { ...main, tool: 'program/main.ts' });

  expect(files.map(({ path }) => path).sort()).toEqual([
    'app/LICENSES.txt',
    'app/main.js',
    'app/main.js.map',
    'app/tool.js',
    'app/tool.js.map',
  ]);
});

test('Of the client for Kubernetes only what is used is bundled, not a class for each kind and call.', async () => {
  const files = await bundlePrograms(resolve(import.meta.dirname, '../../..'), { main: 'webhook/src/main.ts' });

  const classes = fileOf(files, 'app/main.js').match(/(?<=\bclass |var )(KubeConfig|CoreV1Api|V1Pod)\b/g);
  expect(classes).toEqual(['KubeConfig']);
}, 60_000);

test('The licence of every bundled package comes with it.', async () => {
  const files = await bundlePrograms(await project('licensed'), main);

  expect(fileOf(files, 'app/LICENSES.txt')).toBe('library 1.2.3 (MIT)\n\nDo as you like.');
});

test('The source map names the sources by their paths in the repository.', async () => {
  const files = await bundlePrograms(await project('mapped'), main);

  expect(JSON.parse(fileOf(files, 'app/main.js.map'))).toMatchObject({
    sources: ['node_modules/library/index.js', 'program/main.ts'],
  });
  expect(fileOf(files, 'app/main.js')).toContain('//# sourceMappingURL=main.js.map');
});

test('A package is counted once, by its innermost folder, scope included.', () => {
  const inputs = [
    'controller/src/main.ts',
    'node_modules/b/index.js',
    'node_modules/b/lib/x.js',
    'node_modules/@scope/a/index.js',
    'node_modules/b/node_modules/c/index.js',
  ];

  expect(packageFolders(inputs)).toEqual(['node_modules/@scope/a', 'node_modules/b', 'node_modules/b/node_modules/c']);
});
