import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePrograms } from './bundle-program.ts';
import { makeLayer, packOciArchive } from '@clb-direct/cluster/images/oci-archive.ts';
import { environment, flagsOf, imageName, type Program } from './programs.ts';
import { runtimeLayer } from './runtime-layer.ts';

/** What one built image is called and where it lies. */
export interface BuiltImage {
  readonly name: string;
  readonly file: string;
  /** Digest of the image's manifest: what a registry will call it. */
  readonly digest: string;
  readonly size: number;
}

/** Builds the image of one program as an archive in outDir. */
export async function buildImage(root: string, program: Program, outDir: string): Promise<BuiltImage> {
  const version = await projectVersion(root);
  const name = imageName(program.name, version);
  const layers = [
    await runtimeLayer(root),
    await makeLayer(
      `The ${program.name} in one file`,
      await bundlePrograms(root, { main: program.entry, ...program.commands }),
    ),
  ];
  const config = {
    entrypoint: ['/nodejs/bin/node', ...flagsOf(program), '/app/main.js'],
    user: program.user,
    env: ['PATH=/nodejs/bin', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)],
    labels: labels(program, version),
  };
  const { digest, bytes } = await packOciArchive(name, config, layers);
  const file = join(outDir, `${program.name}.tar`);
  await mkdir(outDir, { recursive: true });
  await writeFile(file, bytes);
  return { name, file, digest, size: bytes.length };
}

/** The version that images carry as their tag. */
export async function projectVersion(root: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

function labels(program: Program, version: string): Record<string, string> {
  return {
    'org.opencontainers.image.title': `clb-direct-${program.name}`,
    'org.opencontainers.image.description': program.title,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  };
}
