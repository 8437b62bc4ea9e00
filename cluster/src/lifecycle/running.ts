import { readFileSync, writeFileSync } from 'node:fs';
import type { ClusterRequest } from '../spec.ts';
import type { ProcessId } from '../machine/processes.ts';
import { isAlive } from '../machine/processes.ts';

/** What running.json says about a cluster. */
export interface Running {
  request: ClusterRequest;
  /** The unshare process: with it everything ends. */
  parent: ProcessId;
  /** The first process inside, seen from outside; its namespaces are the cluster's. */
  init: ProcessId;
  kubectl: string;
  startedAt: string;
}

/** Reads who runs, or ran. */
export function readRunning(path: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

export function writeRunning(path: string, running: Running): void {
  writeFileSync(path, JSON.stringify(running, undefined, 2));
}

export function isRunning(running: Running | undefined): running is Running {
  return running !== undefined && isAlive(running.parent) && isAlive(running.init);
}
