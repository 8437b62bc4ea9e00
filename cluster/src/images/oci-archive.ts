import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar, type TarFile } from './pack-tar.ts';

/** A compressed layer and the two digests that an image needs of it. */
export interface Layer {
  /** Digest of the tar before compression. */
  readonly diffId: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly note: string;
}

/** How the container is started. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly user: string;
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** Makes a layer of files. Node's gzip writes no time into its header, so equal files give equal bytes. */
export async function makeLayer(note: string, files: readonly TarFile[]): Promise<Layer> {
  const tar = await packTar(files);
  const bytes = await promisify(gzip)(tar, { level: 6 });
  return { diffId: sha256(tar), digest: sha256(bytes), bytes, note };
}

/**
 * Packs an image as one tar that is both an OCI layout (ctr, skopeo, podman, docker from 25 on) and a Docker archive
 * (crane and older dockers read only `manifest.json`). The blobs are shared by both.
 */
export async function packOciArchive(
  name: string,
  config: ImageConfig,
  layers: readonly Layer[],
): Promise<{ digest: string; bytes: Buffer }> {
  const configBlob = jsonBlob(imageConfig(config, layers));
  const manifestBlob = jsonBlob(imageManifest(config, configBlob, layers));
  const blobs = [configBlob, manifestBlob, ...layers];
  const bytes = await packTar([
    jsonFile('oci-layout', { imageLayoutVersion: '1.0.0' }),
    jsonFile('index.json', imageIndex(name, manifestBlob)),
    jsonFile('manifest.json', [
      { Config: blobPath(configBlob), RepoTags: [shortName(name)], Layers: layers.map(blobPath) },
    ]),
    ...blobs.map((blob) => ({ path: blobPath(blob), content: blob.bytes })),
  ]);
  return { digest: manifestBlob.digest, bytes };
}

/** The digest of some bytes as registries write it. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const mediaType = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

const created = '1970-01-01T00:00:00Z';

function imageConfig({ entrypoint, user, env, labels }: ImageConfig, layers: readonly Layer[]) {
  return {
    created,
    ...platform(),
    config: { User: user, Env: env, Entrypoint: entrypoint, WorkingDir: '/', Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((layer) => ({ created, created_by: layer.note })),
  };
}

function imageManifest({ labels }: ImageConfig, config: Blob, layers: readonly Layer[]) {
  return {
    schemaVersion: 2,
    mediaType: mediaType.manifest,
    config: descriptor(mediaType.config, config),
    layers: layers.map((layer) => descriptor(mediaType.layer, layer)),
    annotations: labels,
  };
}

function imageIndex(name: string, manifest: Blob) {
  // containerd names the image by the first of these, podman and skopeo by the second.
  const annotations = { 'io.containerd.image.name': name, 'org.opencontainers.image.ref.name': tagOf(name) };
  return {
    schemaVersion: 2,
    mediaType: mediaType.index,
    manifests: [{ ...descriptor(mediaType.manifest, manifest), platform: platform(), annotations }],
  };
}

function platform() {
  return { architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' };
}

function descriptor(type: string, blob: Blob) {
  return { mediaType: type, digest: blob.digest, size: blob.bytes.length };
}

function jsonBlob(value: unknown): Blob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: sha256(bytes), bytes };
}

function jsonFile(path: string, value: unknown): TarFile {
  return { path, content: Buffer.from(JSON.stringify(value)) };
}

function blobPath({ digest }: Blob): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function shortName(name: string): string {
  return name.replace(/^docker\.io\//, '');
}

function tagOf(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
