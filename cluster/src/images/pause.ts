import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeLayer, packOciArchive } from './oci-archive.ts';

/** The image of every pod's sandbox. The domain keeps containerd from taking it for one of Docker's own. */
export const pauseImage = 'clb-direct.local/pause:1';

/** Packs the pause program; returns the archive's path. */
export async function makePauseImage(o: { binary: string; folder: string }): Promise<string> {
  const archive = join(o.folder, 'pause.tar');
  const files = [{ path: 'pause', content: readFileSync(o.binary), mode: 0o755 }];
  const config = { entrypoint: ['/pause'], user: '65535:65535', env: [], labels: {} };
  const { bytes } = await packOciArchive(pauseImage, config, [await makeLayer('The pause program', files)]);
  writeFileSync(archive, bytes);
  return archive;
}
