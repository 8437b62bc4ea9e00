import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder below cluster/tools with a go.mod that pins programs: the newest Kubernetes, the oldest, and its DNS. */
export type Module = '.' | '1.24' | 'coredns';

/** What a cached program's name depends on. */
export interface Source {
  name: string;
  module: Module;
  package: string;
  ldflags: string;
}

/** The folder of a module's go.mod. */
export function moduleFolder(module: Module): string {
  return fileURLToPath(new URL(`../../tools/${module}`, import.meta.url));
}

/** The exact Kubernetes that a module's go.mod has, such as 1.36.3. */
export function pinnedKubernetes(module: Module): string {
  const goMod = readFileSync(join(moduleFolder(module), 'go.mod'), 'utf8');
  const version = /^\s*(?:require )?k8s\.io\/kubernetes v(\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error(`cluster/tools/${module}/go.mod names no k8s.io/kubernetes`);
  return version;
}

/** The flags that every program is built with. */
export const buildFlags = ['-trimpath', '-buildvcs=false'];

/**
 * Names a cached binary by all that it is made from, so that only a change of its inputs causes a new build.
 */
export function cacheKey(recipe: Source, goVersion: string, folder = moduleFolder(recipe.module)): string {
  const hash = createHash('sha256');
  const { name, package: path, ldflags } = recipe;
  hash.update(JSON.stringify([goVersion, process.arch, buildFlags, name, path, ldflags]));
  for (const source of sources(path, folder)) hash.update(`\n${source}\n`).update(readFileSync(join(folder, source)));
  return hash.digest('hex').slice(0, 16);
}

function sources(path: string, folder: string): string[] {
  const own = path.startsWith('./') ? [join(path, 'main.go')] : [];
  return ['go.mod', 'go.sum', ...own].filter((file) => existsSync(join(folder, file)));
}
