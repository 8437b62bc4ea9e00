import { existsSync, mkdirSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../machine/lock.ts';
import { run } from '../machine/run.ts';
import type { Binaries } from '../spec.ts';
import { buildFlags, cacheKey, moduleFolder } from './key.ts';
import type { Recipe } from './recipes.ts';

export interface EnsureOptions {
  cache: string;
  recipes: readonly Recipe[];
  goVersion: string;
  env: NodeJS.ProcessEnv;
  say: (line: string) => void;
  signal: AbortSignal;
}

interface Wanted extends Recipe {
  path: string;
}

/** Builds what is not in the cache yet, telling how far it is; returns the path of each program. */
export async function ensureBinaries(o: EnsureOptions): Promise<Binaries> {
  const folder = join(o.cache, 'bin');
  const wanted = o.recipes.map((recipe) => {
    return { ...recipe, path: join(folder, cacheKey(recipe, o.goVersion), recipe.name) };
  });
  if (missing(wanted).length > 0) {
    mkdirSync(folder, { recursive: true });
    const onWait = () => o.say('waiting: another command is building the Kubernetes programs');
    await withLock({ path: join(folder, '.lock'), onWait, signal: o.signal }, () => buildAll(missing(wanted), o));
  }
  return Object.fromEntries(wanted.map(({ name, path }) => [name, path])) as unknown as Binaries;
}

/** Says whether everything is built already. */
export function allCached(o: Pick<EnsureOptions, 'cache' | 'recipes' | 'goVersion'>): boolean {
  return o.recipes.every((recipe) => existsSync(join(o.cache, 'bin', cacheKey(recipe, o.goVersion), recipe.name)));
}

function missing(wanted: Wanted[]): Wanted[] {
  return wanted.filter(({ path }) => !existsSync(path));
}

async function buildAll(wanted: Wanted[], o: EnsureOptions): Promise<void> {
  const total = wanted.reduce((sum, { seconds }) => sum + seconds, 0);
  if (wanted.length > 0) {
    o.say(`building ${wanted.length} programs once: about ${total} s on 2 cores if Go has compiled none of it before`);
  }
  for (const [index, recipe] of wanted.entries()) await build(recipe, `${index + 1} of ${wanted.length}`, o);
}

async function build(recipe: Wanted, position: string, o: EnsureOptions): Promise<void> {
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  o.say(`building ${recipe.name} (${position}, about ${recipe.seconds} s)`);
  const progress = setInterval(() => o.say(`building ${recipe.name} (${position}): ${seconds()} s so far`), 30_000);
  // Built beside its place and moved there whole, so that an interrupted build leaves no half program.
  const workshop = `${recipe.path}.unfinished`;
  try {
    mkdirSync(workshop, { recursive: true });
    await compile(recipe, workshop, o);
    await rename(join(workshop, recipe.name), recipe.path);
  } finally {
    clearInterval(progress);
    await rm(workshop, { recursive: true, force: true });
  }
  o.say(`built ${recipe.name} (${position}) in ${seconds()} s`);
}

// Go works in that folder too, because an interrupted one leaves its own temporary folder behind.
async function compile(recipe: Recipe, workshop: string, o: EnsureOptions): Promise<void> {
  const output = join(workshop, recipe.name);
  const command = ['go', 'build', ...buildFlags, '-ldflags', recipe.ldflags, '-o', output, recipe.package];
  const env = { ...o.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '', GOTMPDIR: workshop };
  const cwd = moduleFolder(recipe.module);
  await run(command, { cwd, env, signal: o.signal, timeoutMs: 3_600_000 });
}
