import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { TarFile } from '@clb-direct/cluster/images/pack-tar.ts';

/**
 * Bundles each program, named by the file that it becomes, into one file of JavaScript with its source map; beside
 * them go the licences of the packages that went in.
 */
export async function bundlePrograms(root: string, entries: Readonly<Record<string, string>>): Promise<TarFile[]> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([name, path]) => ({ in: path, out: name })),
    outdir: '.',
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Not minified: the file is read once at start, and stack traces and the path comments keep the names of the
    // source.
    legalComments: 'inline',
    sourcemap: 'linked',
    sourcesContent: false,
    charset: 'ascii',
    // Tagged templates are the one place where a letter and its escape differ; written as calls they hold plain
    // strings.
    supported: { 'template-literal': false },
    logLevel: 'silent',
    plugins: [clientWithoutModels],
    // CommonJS packages in the bundle call require() for Node's own modules, which ESM does not have.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
    },
  });
  const licences = await licenceTexts(root, packageFolders(Object.keys(result.metafile.inputs)));
  return [
    ...result.outputFiles.map(({ path, contents }) => ({
      path: `app/${basename(path)}`,
      content: path.endsWith('.js') ? inAscii(contents) : contents,
    })),
    { path: 'app/LICENSES.txt', content: Buffer.from(licences) },
  ];
}

/** The folders of the packages that bundled files come from, sorted, each once. */
export function packageFolders(inputs: readonly string[]): string[] {
  const folders = inputs.map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/**
 * esbuild leaves letters beyond ASCII in comments and regular expressions, where an escape says the same. A single
 * one makes V8 keep the whole source with two bytes a letter: 17 MiB more in a running webhook.
 */
function inAscii(javaScript: Uint8Array): Uint8Array {
  const escape = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(
    Buffer.from(javaScript)
      .toString()
      .replaceAll(/[^\0-\x7f]/g, escape),
  );
}

/**
 * The client for Kubernetes defines a class for every kind and every call, of which we use none, and its package.json
 * does not say that its modules do nothing but define: with them a program takes 13 MiB more.
 */
const clientWithoutModels: Plugin = {
  name: 'client-without-models',
  setup(build) {
    const asked = Symbol('asked by this plugin');
    build.onResolve({ filter: /^@kubernetes\/client-node$/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === asked) return undefined;
      return { ...(await build.resolve(path, { kind, resolveDir, pluginData: asked })), sideEffects: false };
    });
    build.onResolve({ filter: /^\.\.?\/.+\.js$/ }, ({ path, importer, resolveDir }) => {
      const isClient = importer.includes('/node_modules/@kubernetes/client-node/');
      return isClient ? { path: join(resolveDir, path), sideEffects: false } : undefined;
    });
  },
};

async function licenceTexts(root: string, folders: readonly string[]): Promise<string> {
  const texts = await Promise.all(folders.map((folder) => licenceText(join(root, folder))));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceText(folder: string): Promise<string> {
  const manifest = await readManifest(folder);
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return [`${manifest.name} ${manifest.version} (${manifest.license ?? 'no licence named'})`, ...texts].join('\n\n');
}

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

async function readManifest(folder: string): Promise<PackageManifest> {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm ci`);
  return JSON.parse(await readFile(path, 'utf8')) as PackageManifest;
}
