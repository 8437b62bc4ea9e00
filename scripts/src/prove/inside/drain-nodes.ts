import { kubectl, persistently } from './local.ts';
import type { Cell } from './cell.ts';
import { nodes, untilReady } from './ready.ts';

/** As before an upgrade: each node in turn, with all that runs there, both programs included. */
export async function drainNodes(cell: Cell): Promise<void> {
  for (const node of await nodes()) {
    const drain = ['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=400s'];
    try {
      await kubectl(drain);
    } finally {
      await persistently(async () => kubectl(['uncordon', node]));
    }
    await untilReady(cell);
  }
}
