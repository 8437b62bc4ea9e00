import { fstatSync } from 'node:fs';
import type { OwnCluster } from '../cluster.ts';
import { startCluster, startOwnCluster } from '../cluster.ts';
import { clusterPaths } from '../paths.ts';
import { describeExit, exitsAfter, readReport } from '../report.ts';
import type { ClusterRequest } from '../spec.ts';
import type { Context } from './context.ts';

/** Starts a cluster and leaves it running. */
export async function up(request: ClusterRequest, context: Context): Promise<number> {
  const { cluster, readySeconds } = await startCluster({ request, ...context });
  if (readySeconds === undefined) {
    context.say(`runs already; ./scripts/cluster down${named(request.name)} ends it`);
    return 0;
  }
  context.say(`ready after ${readySeconds.toFixed(1)} s; its files are in ${cluster.stateDir}`);
  context.say(`try: ./scripts/kubectl${named(request.name, '--cluster')} get nodes`);
  return 0;
}

/** Starts a cluster and stays; the cluster ends with us. */
export async function upAttached(request: ClusterRequest, context: Context): Promise<number> {
  const stop = new AbortController();
  endWithStdin(stop);
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const cluster = await startOwnCluster({ request, ...context, signal });
  context.say(`ready after ${cluster.readySeconds.toFixed(1)} s; Ctrl-C takes it down`);
  const reason = await attend(cluster, context, signal);
  await cluster.stop();
  context.say('down');
  return reason === 'stopped' ? 0 : 1;
}

// The starter holds the other end of the pipe; the kernel closes it when the starter dies. A terminal or /dev/null
// tells nothing of the kind.
function endWithStdin(stop: AbortController): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.on('close', () => stop.abort(new Error('standard input ended'))).resume();
  process.stdin.unref();
}

async function attend(cluster: OwnCluster, context: Context, signal: AbortSignal): Promise<'stopped' | 'died'> {
  const { report: reportPath } = clusterPaths(context.surroundings.baseDirs, cluster.name);
  let seen = 0;
  const tell = () => {
    const report = readReport(reportPath);
    if (report === undefined) return;
    for (const exit of exitsAfter(report, seen)) context.say(`${describeExit(exit)}\n    it is started again`);
    seen = report.exitCount;
  };
  const telling = setInterval(tell, 500);
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  const how = await Promise.race([stopped, cluster.ended.then(() => 'died' as const)]);
  clearInterval(telling);
  if (how === 'died') context.say('ended, and not by this command');
  return how;
}

function named(name: string, option = '--name'): string {
  return name === 'local' ? '' : ` ${option} ${name}`;
}
