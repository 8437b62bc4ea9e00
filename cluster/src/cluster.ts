import type { Place } from './enter.ts';
import { enterCommand, kubectlCommand } from './enter.ts';
import { load } from './load-images.ts';
import { withLock } from './machine/lock.ts';
import type { Running } from './lifecycle/running.ts';
import { isRunning, readRunning } from './lifecycle/running.ts';
import type { StartOptions } from './lifecycle/start.ts';
import { cleaning, start } from './lifecycle/start.ts';
import { takeDown } from './lifecycle/take-down.ts';
import { clusterPaths } from './paths.ts';
import type { Output, RunOptions } from './machine/run.ts';
import { run } from './machine/run.ts';
import type { ClusterRequest } from './spec.ts';
import type { Surroundings } from './surroundings.ts';

export type { Place } from './enter.ts';
export type { StartOptions } from './lifecycle/start.ts';
export type { Output, RunOptions } from './machine/run.ts';
export { plainCluster, type ClusterRequest } from './spec.ts';
export type { Surroundings } from './surroundings.ts';
export { surroundingsFrom } from './surroundings.ts';

/** A running cluster. */
export interface Cluster {
  readonly name: string;
  readonly stateDir: string;
  readonly kubeconfig: string;
  readonly request: ClusterRequest;
  /** One JSON line for each answered request that the audit policy names, if the cluster was asked for one. */
  readonly auditLog: string;
  /** The full command line that runs a command in one of the cluster's places, for those who spawn it themselves. */
  commandIn(place: Place, command: readonly string[], folder?: string): string[];
  /** The full command line of kubectl, which sees the caller's files and the cluster's network. */
  kubectlCommand(args: readonly string[]): string[];
  runIn(place: Place, command: readonly string[], options: RunOptions): Promise<Output>;
  kubectl(args: readonly string[], options: RunOptions): Promise<Output>;
  /** Imports an OCI or docker archive into every node; gives the names of the images in it. */
  load(archive: string, signal: AbortSignal): Promise<string[]>;
}

/** A cluster that ends with this process, or when it is stopped. */
export interface OwnCluster extends Cluster {
  readonly readySeconds: number;
  /** Resolves when the cluster is gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Finds a cluster that runs. */
export function findCluster(surroundings: Surroundings, name: string): Cluster | undefined {
  const running = readRunning(clusterPaths(surroundings.baseDirs, name).running);
  return isRunning(running) ? clusterOf(surroundings, running) : undefined;
}

/** Starts a cluster that stays until it is stopped; finds it if it runs already. */
export async function startCluster(o: StartOptions): Promise<{ cluster: Cluster; readySeconds: number | undefined }> {
  const started = await start(o);
  const cluster = clusterOf(o.surroundings, started.running);
  if (started.kind === 'found') return { cluster, readySeconds: undefined };
  started.launched.keep();
  return { cluster, readySeconds: started.readySeconds };
}

/** Starts a cluster that does not run yet and that ends with this process, even if that is killed. */
export async function startOwnCluster(o: StartOptions): Promise<OwnCluster> {
  const { name } = o.request;
  const started = await start(o);
  if (started.kind === 'found') {
    throw new Error(`the cluster ${name} runs already: take it down first, or choose another name`);
  }
  const { readySeconds, launched, running } = started;
  const stop = async () => {
    await stopCluster({ name, surroundings: o.surroundings, say: o.say });
  };
  return { ...clusterOf(o.surroundings, running), readySeconds, ended: launched.ended, stop };
}

/** Ends a cluster and removes what is left of it, also after a crash. Says whether there was anything. */
export async function stopCluster(o: {
  name: string;
  surroundings: Surroundings;
  say: (line: string) => void;
}): Promise<boolean> {
  const { name } = o;
  const paths = clusterPaths(o.surroundings.baseDirs, name);
  const onWait = () => o.say(`waiting: another command is at work on the cluster ${name}`);
  return withLock({ path: paths.lock, onWait, signal: cleaning() }, () =>
    takeDown({ name, paths, keepLogs: false }, cleaning()),
  );
}

function clusterOf(surroundings: Surroundings, running: Running): Cluster {
  const { env, baseDirs } = surroundings;
  const { request, kubectl } = running;
  const { stateDir, kubeconfig, audit } = clusterPaths(baseDirs, request.name);
  const initPid = running.init.pid;
  const commandIn = (place: Place, command: readonly string[], folder = process.cwd()) => {
    if (place === 'node2' && request.nodes === 1) throw new Error(`the cluster ${request.name} has one node only`);
    return enterCommand({ initPid, place, folder, command });
  };
  const ofKubectl = (args: readonly string[]) => kubectlCommand({ initPid, kubectl, kubeconfig, args });
  const runIn: Cluster['runIn'] = (place, command, options) =>
    run(commandIn(place, command), { env, shownAs: command, ...options });
  return {
    name: request.name,
    stateDir,
    kubeconfig,
    request,
    auditLog: audit,
    commandIn,
    kubectlCommand: ofKubectl,
    runIn,
    kubectl: (args, options) => run(ofKubectl(args), { env, shownAs: ['kubectl', ...args], ...options }),
    load: (archive, signal) => load({ request, runIn, archive, signal }),
  };
}
