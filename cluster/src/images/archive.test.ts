import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { extract } from 'tar-stream';
import { writeImageArchive } from './archive.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function write(name: string): Promise<string> {
  const path = join(folder, name);
  const files = [{ path: 'pause', content: Buffer.from('program') }];
  await writeImageArchive(path, { name: 'example.local/pause:1', entrypoint: ['/pause'], user: '1:1', files });
  return path;
}

async function read(path: string): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  for await (const entry of createReadStream(path).pipe(extract())) entries.set(entry.header.name, await buffer(entry));
  return entries;
}

test('an archive names its image, its config by digest, and its layer', async () => {
  const entries = await read(await write('a.tar'));
  const [manifest] = JSON.parse(String(entries.get('manifest.json'))) as Record<string, string[] | string>[];
  expect(manifest?.['RepoTags']).toEqual(['example.local/pause:1']);
  const config = entries.get(String(manifest?.['Config'])) ?? Buffer.alloc(0);
  expect(manifest?.['Config']).toBe(`${sha256(config)}.json`);
  const layer = entries.get('layer.tar') ?? Buffer.alloc(0);
  expect(JSON.parse(String(config))).toMatchObject({
    config: { Entrypoint: ['/pause'], User: '1:1' },
    rootfs: { diff_ids: [`sha256:${sha256(layer)}`] },
  });
});

test('the same input gives the same bytes', async () => {
  const [one, two] = [await write('one.tar'), await write('two.tar')];
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
});

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
