import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkClusterName } from './cluster-name.ts';

/** The XDG base directories of clusters, outside the checkout. */
export interface BaseDirs {
  /** Running clusters: data, logs, certificates; a cluster's folder is deleted with the cluster. */
  state: string;
  /** Binaries and images, kept from one cluster to the next. */
  cache: string;
}

/** Reads where state and cache live, as the XDG base directory specification says. */
export function baseDirsFrom(env: NodeJS.ProcessEnv): BaseDirs {
  const home = setIn(env, 'HOME') ?? homedir();
  const state = setIn(env, 'XDG_STATE_HOME') ?? join(home, '.local/state');
  const cache = setIn(env, 'XDG_CACHE_HOME') ?? join(home, '.cache');
  return { state: resolve(state, 'clb-direct'), cache: resolve(cache, 'clb-direct') };
}

function setIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

export type ClusterPaths = ReturnType<typeof clusterPaths>;

/** Names every file of one cluster that more than one part of the program knows; refuses a name that is none. */
export function clusterPaths(baseDirs: BaseDirs, given: string) {
  const name = checkClusterName(given);
  const stateDir = join(baseDirs.state, 'clusters', name);
  return {
    stateDir,
    lock: join(baseDirs.state, 'clusters', `.${name}.lock`),
    spec: join(stateDir, 'spec.json'),
    running: join(stateDir, 'running.json'),
    report: clusterReportPath(stateDir),
    kubeconfig: join(stateDir, 'kubeconfig'),
    logs: join(stateDir, 'logs'),
    audit: join(stateDir, 'logs', 'audit.log'),
  };
}

/** The one file by which the inside of a cluster speaks to the outside. */
export function clusterReportPath(stateDir: string): string {
  return join(stateDir, 'report.json');
}

/** Names the cgroup of a cluster. The hash keeps clusters of one name but other state folders apart. */
export function cgroupName(stateDir: string, name: string): string {
  return `clb-direct-${name}-${createHash('sha256').update(stateDir).digest('hex').slice(0, 8)}`;
}
