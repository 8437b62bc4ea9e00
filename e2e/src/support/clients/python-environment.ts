import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, '../../../../.cache/python-clients');
const installLimitMs = 300_000;
const needed = 'the Python clients need python3 3.11 or newer with venv (Debian: apt-get install python3 python3-venv)';

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function run(command: string, args: readonly string[]): Promise<void> {
  try {
    await execute(command, args, { timeout: installLimitMs });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed; ${needed}, and a way to PyPI: ${stderr}`, { cause: error });
  }
}

/** Made beside its place and moved there whole, so that neither an interrupted nor a second installation does harm. */
async function install(folder: string, requirements: string): Promise<void> {
  const workshop = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', workshop]);
    const exactly = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--no-compile'];
    const quietly = ['--quiet', '--disable-pip-version-check'];
    await run(join(workshop, 'bin/pip'), ['install', ...quietly, ...exactly, '-r', requirements]);
    await rename(workshop, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/**
 * The folder of a Python with the clients of requirements.txt, which the first call installs in the repository's cache.
 */
async function environment(): Promise<string> {
  const requirements = join(here, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, key);
  if (!(await exists(folder))) await install(folder, requirements);
  return folder;
}

/**
 * The folder of its programs; scripts there must be run by its `python`, because their first lines name another place.
 */
export async function pythonPrograms(): Promise<string> {
  return join(await environment(), 'bin');
}

/** Where it has a file of one of its packages. */
export async function pythonFile(path: string): Promise<string> {
  const [found] = globSync(join(await environment(), 'lib/python3*/site-packages', path));
  if (found === undefined) throw new Error(`the Python clients have no ${path}`);
  return found;
}
