import type { Running } from '../lifecycle/running.ts';
import { isRunning, readRunning } from '../lifecycle/running.ts';
import { clusterPaths } from '../paths.ts';
import { describeExit, readReport } from '../report.ts';
import type { Context } from './context.ts';

/** Prints what is known about a cluster; the exit code says whether it runs. */
export function status(name: string, json: boolean, context: Context): number {
  const { stateDir, kubeconfig, ...paths } = clusterPaths(context.surroundings.baseDirs, name);
  const report = readReport(paths.report);
  const exits = report?.exits ?? [];
  const last = readRunning(paths.running);
  const running = isRunning(last);
  const phase = running ? (report?.phase ?? 'starting') : 'down';
  const details = { name, running, phase, stateDir, kubeconfig, exits };
  console.log(json ? JSON.stringify({ ...details, ...(running ? factsOf(last) : {}) }) : inWords(details));
  return running ? 0 : 1;
}

function factsOf({ parent, init, kubectl, request, startedAt }: Running) {
  return { pid: parent.pid, initPid: init.pid, kubectl, request, startedAt };
}

interface Details {
  name: string;
  running: boolean;
  phase: string;
  stateDir: string;
  exits: Parameters<typeof describeExit>[0][];
}

function inWords({ name, running, phase, stateDir, exits }: Details): string {
  if (!running) return `${name}: down`;
  return [`${name}: ${phase}, files in ${stateDir}`, ...exits.map(describeExit)].join('\n');
}
