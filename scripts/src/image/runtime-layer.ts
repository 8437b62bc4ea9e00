import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeLayer, sha256, type Layer } from '@clb-direct/cluster/images/oci-archive.ts';
import type { TarFile } from '@clb-direct/cluster/images/pack-tar.ts';
import { runtimeFiles } from './runtime-files.ts';

const note = 'Node and its shared libraries';

/** The layer that all images share. Compressing it takes seconds, so it is cached under a hash of its files. */
export async function runtimeLayer(root: string, cacheDir = defaultCacheDir()): Promise<Layer> {
  const files = await runtimeFiles(root);
  const path = join(cacheDir, `runtime-${keyOf(files)}`);
  const cached = await readLayer(path);
  if (cached !== undefined) return cached;
  const layer = await makeLayer(note, files);
  await mkdir(cacheDir, { recursive: true });
  await writeLayer(path, layer);
  return layer;
}

function defaultCacheDir(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'clb-direct', 'images');
}

function keyOf(files: readonly TarFile[]): string {
  const hash = createHash('sha256').update(`node ${process.versions.node} zlib ${process.versions.zlib}\n`);
  for (const { path, mode, content } of files) hash.update(`${path} ${mode ?? 0} ${sha256(content)}\n`);
  return hash.digest('hex').slice(0, 32);
}

interface Digests {
  readonly diffId: string;
  readonly digest: string;
}

async function readLayer(path: string): Promise<Layer | undefined> {
  try {
    const { diffId, digest } = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Digests;
    const bytes = await readFile(`${path}.tar.gz`);
    return sha256(bytes) === digest ? { diffId, digest, bytes, note } : undefined;
  } catch {
    return undefined; // absent, or cut short by a crash: it is made again
  }
}

async function writeLayer(path: string, { diffId, digest, bytes }: Layer): Promise<void> {
  await replaceFile(`${path}.tar.gz`, bytes);
  await replaceFile(`${path}.json`, JSON.stringify({ diffId, digest } satisfies Digests));
}

/** Two builds at once write the same bytes, so the last rename may win. */
async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
