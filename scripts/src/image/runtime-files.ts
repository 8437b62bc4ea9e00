import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TarFile } from '@clb-direct/cluster/images/pack-tar.ts';

/**
 * The files of the runtime layer: the Node binary that npm installed, byte for byte, the shared libraries it needs
 * from this machine, their licences, and the few files in /etc that the C library reads.
 */
export async function runtimeFiles(root: string): Promise<TarFile[]> {
  const node = join(root, 'node_modules/node/bin/node');
  const libraries = await sharedLibraries(node);
  return [
    await fileAt('nodejs/bin/node', node, 0o755),
    ...(await Promise.all(libraries.map((path) => fileAt(path.slice(1), path, 0o755)))),
    ...(await licences(root)),
    textFile('etc/passwd', 'root:x:0:0:root:/:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n'),
    textFile('etc/group', 'root:x:0:\nnonroot:x:65532:\n'),
    textFile('etc/nsswitch.conf', 'hosts: files dns\n'),
  ];
}

/** The absolute paths in the output of ldd; the kernel's own vdso has none. */
export function libraryPaths(lddOutput: string): string[] {
  const paths = lddOutput.split('\n').map((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1]);
  return paths.filter((path) => path !== undefined).sort();
}

async function sharedLibraries(binary: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [binary], { timeout: 30_000, env: { LC_ALL: 'C' } });
  if (stdout.includes('not found')) throw new Error(`a shared library of ${binary} is missing here:\n${stdout}`);
  return libraryPaths(stdout);
}

async function licences(root: string): Promise<TarFile[]> {
  const arch = `node-${process.platform}-${process.arch}`;
  const candidates: [name: string, path: string][] = [
    ['node', join(root, 'node_modules/node/node_modules', arch, 'LICENSE')],
    ['node', join(root, 'node_modules', arch, 'LICENSE')],
    ['libc6', '/usr/share/doc/libc6/copyright'],
    ['libstdc++6', '/usr/share/doc/libstdc++6/copyright'],
  ];
  const found = candidates.filter(([, path]) => existsSync(path));
  return Promise.all(found.map(([name, path]) => fileAt(`licenses/${name}`, path)));
}

async function fileAt(path: string, source: string, mode?: number): Promise<TarFile> {
  const content = await readFile(source);
  return mode === undefined ? { path, content } : { path, content, mode };
}

function textFile(path: string, text: string): TarFile {
  return { path, content: Buffer.from(text) };
}
