import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { removeCgroup } from '../machine/cgroups.ts';
import type { ClusterPaths } from '../paths.ts';
import { cgroupName } from '../paths.ts';
import { waitFor } from '../machine/wait-for.ts';
import { isAlive } from '../machine/processes.ts';
import { readRunning } from './running.ts';

/**
 * Ends a cluster and removes what it left. Must be called under the cluster's lock. Says whether there was anything.
 */
export async function takeDown(
  o: { name: string; paths: ClusterPaths; keepLogs: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  const { paths } = o;
  const existed = existsSync(paths.stateDir);
  const running = readRunning(paths.running);
  if (running !== undefined) await endProcesses([running.parent, running.init], signal);
  await removeCgroup(cgroupName(paths.stateDir, o.name), signal);
  if (!o.keepLogs) await rm(paths.stateDir, { recursive: true, force: true });
  else await removeAllButLogs(paths);
  return existed;
}

// unshare ignores SIGTERM while it waits for its child, so nothing gentler than SIGKILL ends it.
async function endProcesses(processes: { pid: number; startTicks: string }[], signal: AbortSignal): Promise<void> {
  for (const each of processes) {
    if (isAlive(each)) process.kill(each.pid, 'SIGKILL');
  }
  const gone = () => (processes.some((each) => isAlive(each)) ? undefined : true);
  await waitFor('the end of all processes', gone, { deadlineMs: 60_000, signal });
}

async function removeAllButLogs(paths: ClusterPaths): Promise<void> {
  for (const entry of await readdir(paths.stateDir)) {
    const path = `${paths.stateDir}/${entry}`;
    if (path !== paths.logs) await rm(path, { recursive: true, force: true });
  }
}
