import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

/** A file of an image's only layer. */
export interface LayerFile {
  /** Without a leading slash. */
  path: string;
  content: Buffer;
}

/** Writes an archive that `docker load` and `ctr images import` understand; same input, same bytes. */
export async function writeImageArchive(
  archivePath: string,
  image: { name: string; entrypoint: string[]; user: string; files: LayerFile[] },
): Promise<void> {
  const layer = await tar(image.files.map((file) => ({ ...file, mode: 0o755 })));
  const config = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Entrypoint: image.entrypoint, User: image.user },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
  };
  const configText = Buffer.from(JSON.stringify(config));
  const configName = `${sha256(configText)}.json`;
  const manifest = [{ Config: configName, RepoTags: [image.name], Layers: ['layer.tar'] }];
  const archive = await tar([
    { path: 'layer.tar', content: layer },
    { path: configName, content: configText },
    { path: 'manifest.json', content: Buffer.from(JSON.stringify(manifest)) },
  ]);
  await pipeline([archive], createWriteStream(archivePath));
}

async function tar(files: (LayerFile & { mode?: number })[]): Promise<Buffer> {
  const packing = pack();
  for (const { path, content, mode } of files) {
    packing.entry({ name: path, mode: mode ?? 0o644, mtime: new Date(0) }, content);
  }
  packing.finalize();
  return buffer(packing);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
