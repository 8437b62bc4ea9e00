import { expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { makeLayer, packOciArchive, sha256 } from './oci-archive.ts';
import { packTar, type TarFile } from './pack-tar.ts';

const files: readonly TarFile[] = [
  { path: 'app/main.js', content: Buffer.from('main') },
  { path: 'app/LICENSES.txt', content: Buffer.from('free') },
  { path: 'bin/node', content: Buffer.from('node'), mode: 0o755 },
];
const config = { entrypoint: ['/bin/node', '/app/main.js'], user: '65532:65532', env: ['A=b'], labels: { title: 'x' } };
const name = 'docker.io/clb-direct/example:0.1.0';

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly content: Buffer;
}

async function unpack(tar: Uint8Array): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    const { name: path, mode, mtime } = entry.header;
    entries.push({ name: path, mode, mtimeMs: mtime.getTime(), content: await buffer(entry) });
  }
  return entries;
}

async function archive() {
  const layers = [await makeLayer('runtime', files.slice(2)), await makeLayer('program', files.slice(0, 2))];
  const image = await packOciArchive(name, config, layers);
  return {
    ...image,
    layers,
    entries: new Map((await unpack(image.bytes)).map((entry) => [entry.name, entry.content])),
  };
}

function json(entries: ReadonlyMap<string, Buffer>, path: string): unknown {
  return JSON.parse(entries.get(path)?.toString() ?? `null`);
}

test('A tar does not depend on the order of its files and carries no time.', async () => {
  const tar = await packTar(files);

  expect(await packTar(files.toReversed())).toEqual(tar);
  const entries = await unpack(tar);
  expect(entries.map((entry) => entry.name)).toEqual(['app/', 'bin/', 'app/LICENSES.txt', 'app/main.js', 'bin/node']);
  expect(entries.map((entry) => entry.mtimeMs)).toEqual([0, 0, 0, 0, 0]);
  expect(entries.at(-1)).toMatchObject({ mode: 0o755, content: Buffer.from('node') });
});

test('The same files make the same archive, another file another digest.', async () => {
  const first = await archive();
  const second = await archive();
  const other = await packOciArchive(name, config, [await makeLayer('runtime', files)]);

  expect(second.bytes.equals(first.bytes)).toBe(true);
  expect(other.digest).not.toBe(first.digest);
});

test('Every blob is named by the digest of its bytes.', async () => {
  const { entries } = await archive();
  const blobs = [...entries].filter(([path]) => /^blobs\/sha256\/./.test(path));

  expect(blobs).toHaveLength(4);
  for (const [path, content] of blobs) expect(`blobs/${sha256(content).replace(':', '/')}`).toBe(path);
});

test('The index leads to the manifest, the config and the layers, and names the image.', async () => {
  const { entries, digest, layers } = await archive();
  const [runtime, program] = layers;

  expect(json(entries, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
  expect(json(entries, 'index.json')).toMatchObject({
    manifests: [
      {
        digest,
        annotations: { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': '0.1.0' },
      },
    ],
  });
  const manifest = json(entries, blobPath(digest)) as { config: { digest: string; size: number } };
  expect(manifest).toMatchObject({ layers: [{ digest: runtime?.digest }, { digest: program?.digest }] });
  const imageConfig = json(entries, blobPath(manifest.config.digest));
  expect(imageConfig).toMatchObject({
    os: 'linux',
    config: { User: '65532:65532', Entrypoint: config.entrypoint, Env: config.env },
    rootfs: { diff_ids: [runtime?.diffId, program?.diffId] },
  });
  expect(entries.get(blobPath(manifest.config.digest))).toHaveLength(manifest.config.size);
});

test('A layer unpacks to the tar that its diff id names.', async () => {
  const layer = await makeLayer('all', files);

  expect(sha256(gunzipSync(layer.bytes))).toBe(layer.diffId);
});

test('Programs that read only the Docker format find the same blobs.', async () => {
  const { entries, layers } = await archive();

  expect(json(entries, 'manifest.json')).toEqual([
    {
      Config: expect.stringMatching(/^blobs\/sha256\/[0-9a-f]{64}$/),
      RepoTags: ['clb-direct/example:0.1.0'],
      Layers: layers.map(({ digest }) => blobPath(digest)),
    },
  ]);
});

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
