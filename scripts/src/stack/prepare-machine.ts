import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { findCniFolder, isOnPath, missingPackages } from '@clb-direct/cluster/checks/packages.ts';
import type { Surroundings } from '@clb-direct/cluster/surroundings.ts';

type Say = (line: string) => void;

/**
 * Installs the Debian packages that a local cluster needs; on other systems the cluster's own checks name what is
 * missing.
 */
export function prepareMachine({ env }: Surroundings, say: Say): void {
  const path = env['PATH'] ?? '';
  const missing = missingPackages({ path, withNodes: true, cniFolder: findCniFolder() });
  install(isOnPath('curl', path) ? missing : [...missing, 'curl'], env, say);
}

/** Installs Python where it is missing or cannot make environments. */
export function preparePython({ env }: Surroundings, say: Say): void {
  const hasVenv = spawnSync('python3', ['-c', 'import ensurepip, venv'], { env, stdio: 'ignore' }).status === 0;
  if (!hasVenv) install(['python3', 'python3-venv'], env, say);
}

function install(packages: readonly string[], env: NodeJS.ProcessEnv, say: Say): void {
  if (packages.length === 0 || process.getuid?.() !== 0 || !isOnPath('apt-get', env['PATH'] ?? '')) return;
  say(`installing Debian packages: ${packages.join(' ')}`);
  const quiet: SpawnSyncOptions = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  };
  spawnSync('apt-get', ['update', '-qq'], quiet);
  const { status } = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet);
  if (status !== 0) throw new Error(`apt-get could not install ${packages.join(' ')}; install them by hand`);
}
