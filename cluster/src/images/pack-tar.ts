import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** One file of a tar: a plain file, always owned by root, without a time of its own. */
export interface TarFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode?: number;
}

const epoch = new Date(0);

/** Packs files, and the folders above them, into a tar that depends on nothing but their names, modes and contents. */
export async function packTar(files: readonly TarFile[]): Promise<Buffer> {
  const tar = pack();
  const bytes = buffer(tar);
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const folder of foldersAbove(sorted))
    tar.entry({ name: `${folder}/`, type: 'directory', mode: 0o755, mtime: epoch });
  for (const { path, content, mode } of sorted) {
    tar.entry({ name: path, mode: mode ?? 0o644, mtime: epoch }, Buffer.from(content));
  }
  tar.finalize();
  return bytes;
}

function foldersAbove(files: readonly TarFile[]): string[] {
  const folders = files.flatMap(({ path }) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
  });
  // Sorted, a folder comes before what is in it.
  return [...new Set(folders)].sort();
}
