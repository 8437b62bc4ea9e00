import { ensureBinaries } from '../binaries/ensure.ts';
import { recipesFor } from '../binaries/recipes.ts';
import type { Machine } from '../checks/all.ts';
import { checkMachine } from '../checks/all.ts';
import type { ClusterPaths } from '../paths.ts';
import { cgroupName, clusterPaths } from '../paths.ts';
import type { Binaries, ClusterRequest, ClusterSpec } from '../spec.ts';
import { readReport } from '../report.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Launched } from './launch.ts';
import { launch, untilReady } from './launch.ts';
import { withLock } from '../machine/lock.ts';
import type { Running } from './running.ts';
import { isRunning, readRunning } from './running.ts';
import { takeDown } from './take-down.ts';

export interface StartOptions {
  request: ClusterRequest;
  surroundings: Surroundings;
  /** Prints what is being done, one line at a time. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** A cluster that was there already, or the one that was made. */
export type Started =
  { kind: 'found'; running: Running } | { kind: 'made'; running: Running; launched: Launched; readySeconds: number };

/** Checks the machine, builds what is missing, and starts a cluster unless one of that name runs. */
export async function start(o: StartOptions): Promise<Started> {
  const paths = clusterPaths(o.surroundings.baseDirs, o.request.name);
  const found = findReady(o.request, paths);
  if (found !== undefined) return found;
  const recipes = recipesFor(o.request.kubernetes, o.request.controlPlaneOnly);
  const withNodes = !o.request.controlPlaneOnly;
  const { surroundings, signal, say } = o;
  const machine = await checkMachine({ surroundings, recipes, withNodes, signal });
  const { goVersion } = machine;
  const { env, baseDirs } = surroundings;
  const binaries = await ensureBinaries({ cache: baseDirs.cache, recipes, goVersion, env, say, signal });
  const onWait = () => say(`waiting: another command is at work on the cluster ${o.request.name}`);
  return withLock({ path: paths.lock, onWait, signal }, async () => {
    return findReady(o.request, paths) ?? (await make(o, makeSpec(o, { paths, machine, binaries }), paths));
  });
}

// One that is still starting does not count: its starter holds the lock, and may still fail.
function findReady(request: ClusterRequest, paths: ClusterPaths): Started | undefined {
  const running = readRunning(paths.running);
  if (!isRunning(running) || readReport(paths.report)?.phase !== 'ready') return undefined;
  const difference = describeDifference(running.request, request);
  if (difference === undefined) return { kind: 'found', running };
  throw new Error(`runs already, but with ${difference}: take it down first, or choose another name`);
}

/** Says in what a running cluster differs from what is asked for. */
export function describeDifference(running: ClusterRequest, asked: ClusterRequest): string | undefined {
  const keys = ['nodes', 'kubernetes', 'controlPlaneOnly', 'audit', 'dualStack'] as const;
  const differing = keys.filter((key) => running[key] !== asked[key]);
  if (differing.length === 0) return undefined;
  return differing.map((key) => `${key} ${String(running[key])} instead of ${String(asked[key])}`).join(' and ');
}

function makeSpec(o: StartOptions, parts: { paths: ClusterPaths; machine: Machine; binaries: Binaries }): ClusterSpec {
  const { stateDir } = parts.paths;
  const { cniBinDir, snapshotter } = parts.machine;
  const cgroup = cgroupName(stateDir, o.request.name);
  return { ...o.request, stateDir, cgroup, binaries: parts.binaries, cniBinDir, snapshotter };
}

async function make(o: StartOptions, spec: ClusterSpec, paths: ClusterPaths): Promise<Started> {
  const { name } = o.request;
  if (await takeDown({ name, paths, keepLogs: false }, cleaning()))
    o.say(`removed what an earlier cluster ${name} left`);
  const launched = await launch({ spec, paths, env: o.surroundings.env }, o.signal);
  try {
    const onStep = (step: string) => o.say(`starting: ${step}`);
    const files = { reportPath: paths.report, insideLog: `${paths.logs}/inside.log` };
    const readySeconds = await untilReady({ ...files, launched, onStep }, o.signal);
    return { kind: 'made', running: launched.running, launched, readySeconds };
  } catch (error) {
    const keepLogs = !o.signal.aborted;
    await takeDown({ name, paths, keepLogs }, cleaning());
    if (keepLogs && error instanceof Error) error.message += `\nlogs are kept in ${paths.logs}`;
    throw error;
  }
}

/** Cleaning up continues after the user said stop, but not forever. */
export function cleaning(): AbortSignal {
  return AbortSignal.timeout(120_000);
}
