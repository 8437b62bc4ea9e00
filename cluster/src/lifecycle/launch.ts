import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ClusterPaths } from '../paths.ts';
import { readReport } from '../report.ts';
import type { ClusterSpec } from '../spec.ts';
import { waitFor } from '../machine/wait-for.ts';
import { childOf, identify } from '../machine/processes.ts';
import type { Running } from './running.ts';
import { writeRunning } from './running.ts';

const inside = fileURLToPath(new URL('../inside/main.ts', import.meta.url));

// Everything that `unshare` makes private, it ties to its own life: killing it is enough to take the cluster down.
const unshareFlags = ['--net', '--mount', '--pid', '--uts', '--fork', '--kill-child', '--mount-proc'];

/** A cluster that ends with this process, unless it is asked to stay. */
export interface Launched {
  running: Running;
  child: ChildProcess;
  /** Resolves when the cluster is gone, whatever the cause. */
  ended: Promise<void>;
  /** Lets the cluster outlive us. */
  keep(): void;
}

/** Starts the namespaces and the program inside; returns when they are there, long before Kubernetes is. */
export async function launch(
  o: { spec: ClusterSpec; paths: ClusterPaths; env: NodeJS.ProcessEnv },
  signal: AbortSignal,
): Promise<Launched> {
  const { spec, paths, env } = o;
  mkdirSync(paths.logs, { recursive: true });
  writeFileSync(paths.spec, JSON.stringify(spec, undefined, 2));
  const log = openSync(`${paths.logs}/inside.log`, 'a');
  const command = [...unshareFlags, spec.binaries.pause, process.execPath, inside, paths.stateDir];
  const child = spawn('unshare', command, { stdio: ['pipe', log, log], detached: true, env });
  closeSync(log);
  // The pipe breaks when the cluster dies first, which `ended` reports.
  child.stdin?.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const running = await started(spec, child, signal);
  writeRunning(paths.running, running);
  return { running, child, ended, keep: () => releaseAll(child) };
}

async function started(spec: ClusterSpec, child: ChildProcess, signal: AbortSignal): Promise<Running> {
  try {
    const options = { deadlineMs: 20_000, everyMs: 10, signal };
    return await waitFor('the namespaces', () => findRunning(spec, child.pid), options);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function findRunning(spec: ClusterSpec, pid: number | undefined): Running | undefined {
  const parent = pid === undefined ? undefined : identify(pid);
  const init = pid === undefined ? undefined : childOf(pid);
  if (parent === undefined || init === undefined) return undefined;
  const { name, nodes, kubernetes, controlPlaneOnly, audit, dualStack } = spec;
  const request = { name, nodes, kubernetes, controlPlaneOnly, audit, dualStack };
  return { request, parent, init, kubectl: spec.binaries.kubectl, startedAt: new Date().toISOString() };
}

function releaseAll(child: ChildProcess): void {
  child.stdin?.end('keep\n');
  child.unref();
}

/** Waits until the inside reports that it is ready; rejects with its own words when it fails. */
export async function untilReady(
  o: { reportPath: string; insideLog: string; launched: Launched; onStep(step: string): void },
  signal: AbortSignal,
): Promise<number> {
  let lastStep = 'namespaces';
  const gone = o.launched.ended.then(() => 'gone' as const);
  for (;;) {
    signal.throwIfAborted();
    const report = readReport(o.reportPath) ?? { phase: 'starting', step: lastStep };
    if (report.phase === 'ready') return report.readyAfterSeconds ?? 0;
    if (report.phase === 'failed') throw new Error(report.problem);
    if (report.step !== lastStep) o.onStep(report.step);
    lastStep = report.step;
    if ((await Promise.race([gone, tick()])) === 'gone') throw unexplained(o.reportPath, o.insideLog);
  }
}

const tick = () => new Promise<'tick'>((resolve) => setTimeout(() => resolve('tick'), 50));

function unexplained(reportPath: string, insideLog: string): Error {
  const problem = readReport(reportPath)?.problem;
  return new Error(problem ?? `the cluster ended while it was starting; see ${insideLog}`);
}
