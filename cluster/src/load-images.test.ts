import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { run } from './machine/run.ts';
import { load } from './load-images.ts';
import { plainCluster } from './spec.ts';

const folder = mkdtempSync(join(tmpdir(), 'load-'));
const file = join(folder, 'a.tar');
writeFileSync(file, 'no archive');
afterAll(() => rmSync(folder, { recursive: true }));

const request = { ...plainCluster, name: 'x' };

/** Loads with a node that says the given words and fails, or says them and succeeds. */
async function loadOf(archive: string, said: string, code = 1): Promise<string[]> {
  const node = ['sh', '-c', `echo "$0" >&${code === 0 ? 1 : 2}; exit ${code}`, said];
  return load({
    request,
    archive,
    signal: AbortSignal.timeout(30_000),
    runIn: async (_place, _command, options) => run(node, options),
  });
}

test('a file that is not there is named, and nothing runs', async () => {
  await expect(loadOf('/no/such.tar', 'never')).rejects.toThrow(/^\/no\/such.tar: no such file$/);
  await expect(loadOf(folder, 'never')).rejects.toThrow(`${folder}: no image archive (it is a folder)`);
});

test('a file that is no archive is named with the last words of ctr', async () => {
  const words = 'warned of something\nctr: unrecognized image format';
  await expect(loadOf(file, words)).rejects.toThrow(`${file}: no image archive (unrecognized image format)`);
});

test('a node in trouble is not blamed on the archive', async () => {
  const words = 'ctr: write: no space left on device';
  await expect(loadOf(file, words)).rejects.toThrow(`${file}: cannot be loaded (write: no space left on device)`);
});

test('the images of an archive are named once, however many nodes have them', async () => {
  await expect(loadOf(file, 'unpacking docker.io/a:1 (sha256:1)...done', 0)).resolves.toEqual(['docker.io/a:1']);
});
