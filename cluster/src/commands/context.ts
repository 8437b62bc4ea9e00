import type { Cluster, Surroundings } from '../cluster.ts';
import { findCluster } from '../cluster.ts';

/** What every command gets. */
export interface Context {
  surroundings: Surroundings;
  /** Prints a line on standard error. */
  say: (line: string) => void;
  signal: AbortSignal;
}

/** Finds the cluster that a command is about, or says what to do. */
export function requireCluster(name: string, context: Context, chosenBy = '--name'): Cluster {
  const cluster = findCluster(context.surroundings, name);
  if (cluster !== undefined) return cluster;
  const option = name === 'local' ? '' : ` --name ${name}`;
  throw new Error(
    `the cluster ${name} does not run: ./scripts/cluster up${option} starts it (another name? ${chosenBy} NAME)`,
  );
}
