import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { readKubeconfig } from './kubeconfig.ts';

const before = process.env['KUBECONFIG'];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
});
afterEach(async () => {
  if (before === undefined) delete process.env['KUBECONFIG'];
  else process.env['KUBECONFIG'] = before;
  await rm(folder, { recursive: true });
});

/** With one cluster, user and context of each of these names; its addresses and tokens say whose they are. */
async function write(file: string, names: readonly string[], current?: string): Promise<void> {
  const text = JSON.stringify({
    clusters: names.map((name) => ({ name, cluster: { server: `https://${file}/${name}` } })),
    users: names.map((name) => ({ name, user: { token: `${file}/${name}` } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name, namespace: file } })),
    ...(current === undefined ? {} : { 'current-context': current }),
  });
  await writeFile(join(folder, file), text);
}

function read(...files: readonly string[]) {
  process.env['KUBECONFIG'] = files.map((file) => join(folder, file)).join(delimiter);
  return readKubeconfig(undefined);
}

test('Of clusters, users and contexts with one name in two files the first counts, as for kubectl.', async () => {
  await write('a', ['admin', 'one']);
  await write('b', ['two', 'admin']);
  const config = read('a', 'b');
  expect(config.getClusters().map(({ server }) => server)).toEqual([
    'https://a/admin',
    'https://a/one',
    'https://b/two',
  ]);
  expect(config.getUsers().map(({ token }) => token)).toEqual(['a/admin', 'a/one', 'b/two']);
  expect(config.getContexts().map(({ namespace }) => namespace)).toEqual(['a', 'a', 'b']);
});

test.each([
  ['of the first file', 'one', 'two', 'one'],
  ['of the first file that names one', undefined, 'two', 'two'],
])('The current context is that %s.', async (_, ofA, ofB, expected) => {
  await write('a', ['one'], ofA);
  await write('b', ['two'], ofB);
  expect(read('a', 'b').getCurrentContext()).toBe(expected);
});

test('A file of several that is not there is left out.', async () => {
  await write('b', ['two'], 'two');
  expect(read('a', 'b').getCurrentCluster()?.server).toBe('https://b/two');
});

test('Where none is there, the first is named.', () => {
  expect(() => read('a', 'b')).toThrow(join(folder, 'a'));
});
