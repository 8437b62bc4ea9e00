import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { buildImage } from '../image/build-image.ts';
import { programs } from '../image/programs.ts';

/** Makes the images and puts them onto the cluster's nodes. */
export async function loadImages(cluster: Cluster, root: string, say: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clb-direct-images-'));
  try {
    for (const [index, program] of programs.entries()) {
      say(`image ${index + 1} of ${programs.length}: ${program.name}`);
      const { file } = await buildImage(root, program, folder);
      await cluster.load(file, AbortSignal.timeout(300_000));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
