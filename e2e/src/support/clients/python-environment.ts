import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

async function install(folder: string, requirements: string): Promise<void> {
  await rm(cache, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  const exactly = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '--no-compile'];
  const quietly = ['--quiet', '--disable-pip-version-check'];
  await run(join(folder, 'bin/pip'), ['install', ...quietly, ...exactly, '-r', requirements]);
  await writeFile(join(folder, 'complete'), '');
}

/** The folder of programs of a Python with the clients of requirements.txt; the first call installs them in the repository's cache. */
export async function pythonPrograms(): Promise<string> {
  const requirements = join(here, 'requirements.txt');
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, key);
  if (!(await exists(join(folder, 'complete')))) await install(folder, requirements);
  return join(folder, 'bin');
}
