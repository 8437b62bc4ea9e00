import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { buildImage } from '../image/build-image.ts';
import { programs, type Program } from '../image/programs.ts';
import type { Step } from './step.ts';

/** The digest of each program's image. */
export type ImageDigests = ReadonlyMap<Program['name'], string>;

/** Makes the images and puts them onto the cluster's nodes. */
export async function loadImages(cluster: Cluster, { root, say, signal }: Step): Promise<ImageDigests> {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-images-'));
  const digests = new Map<Program['name'], string>();
  try {
    for (const [index, program] of programs.entries()) {
      signal.throwIfAborted();
      say(`image ${index + 1} of ${programs.length}: ${program.name}`);
      const { file, digest } = await buildImage(root, program, folder);
      await cluster.load(file, AbortSignal.any([signal, AbortSignal.timeout(300_000)]));
      digests.set(program.name, digest);
    }
    return digests;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
