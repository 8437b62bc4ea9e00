import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';

/**
 * Shows a rollout while some work makes it: the watcher has looked once before the work starts, so that it sees every
 * pod come, and it ends when every pod is ready and the work is done. Says whether they became ready.
 */
export async function watchRolloutOf(
  o: { cluster: Cluster; root: string; labelSelector: string; signal: AbortSignal },
  work: () => Promise<void>,
): Promise<boolean> {
  const { cluster, root, signal } = o;
  const watch = `${root}/scripts/src/quickstart/watch-rollout.ts`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning'];
  const own = [...node, watch, cluster.kubeconfig, 'default', o.labelSelector];
  const [program = '', ...args] = cluster.commandIn('node', own, root);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'], signal });
  // Node makes such a pipe a pair of sockets, so it carries words both ways.
  const talk = child.stdio[3] as Duplex;
  talk.on('error', () => undefined);
  const exit = once(child, 'exit') as Promise<[number | null]>;
  try {
    // Its end, too, ends the wait; the exit code then says why.
    await Promise.race([once(talk, 'data'), exit]);
    await Promise.all([work().then(() => talk.end('done\n')), exit]);
    return (await exit)[0] === 0;
  } finally {
    child.kill();
  }
}
