import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Recipe } from './recipes.ts';

/** The folder of a module's go.mod. */
export function moduleFolder(module: Recipe['module']): string {
  return fileURLToPath(new URL(`../../tools/${module}`, import.meta.url));
}

/** The flags that every program is built with. */
export const buildFlags = ['-trimpath', '-buildvcs=false'];

/** Names a cached binary by all that it is made from, so that a change of any of it builds anew and nothing else does. */
export function cacheKey(recipe: Recipe, goVersion: string, folder = moduleFolder(recipe.module)): string {
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
