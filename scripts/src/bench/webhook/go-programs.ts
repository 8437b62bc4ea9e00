import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '@clb-direct/cluster/machine/run.ts';
import type { Step } from '../../stack/step.ts';

/** Paths of the programs that are built from scripts/bench-servers. */
export interface GoPrograms {
  readonly controllerRuntime: string;
  readonly load: string;
}

const sources = ['go.mod', 'go.sum', 'controller-runtime/main.go', 'load/main.go'];

/** Builds both programs unless the cache has them, under a hash of all that they are made from. */
export async function ensureGoPrograms({ root, say, signal }: Step): Promise<GoPrograms> {
  const folder = join(root, 'scripts/bench-servers');
  const place = join(cacheFolder(), await cacheKey(folder, signal));
  if (!existsSync(place)) {
    say('building the Go programs once (a minute or two if Go has compiled none of it before)');
    await build(folder, place, signal);
  }
  return { controllerRuntime: join(place, 'controller-runtime'), load: join(place, 'load') };
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'clb-direct', 'bench');
}

async function cacheKey(folder: string, signal: AbortSignal): Promise<string> {
  const { stdout: goVersion } = await run(['go', 'env', 'GOVERSION'], { signal, cwd: folder }).catch(noGo);
  const hash = createHash('sha256').update(`${goVersion} ${process.arch}\n`);
  for (const source of sources) hash.update(`${source}\n`).update(readFileSync(join(folder, source)));
  return hash.digest('hex').slice(0, 16);
}

function noGo(error: unknown): never {
  throw new Error(
    'Go does not run: install Go 1.26 (or any since 1.21 that may fetch it) and put its bin folder in PATH',
    {
      cause: error,
    },
  );
}

// Built beside its place and moved there whole, so that an interrupted build leaves no half program.
async function build(folder: string, place: string, signal: AbortSignal): Promise<void> {
  const workshop = `${place}.${process.pid}`;
  await mkdir(workshop, { recursive: true });
  try {
    const command = ['go', 'build', '-trimpath', '-buildvcs=false', '-o', `${workshop}/`, './...'];
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' };
    await run(command, { cwd: folder, env, signal, timeoutMs: 1_200_000 });
    await rename(workshop, place);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}
