import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import type { Cell } from './cell.ts';
import { servingTargets, type Target } from './clb-state.ts';
import { kubectl, persistently, until } from './local.ts';

/** Longer than the row: a connection that outlives the drain of a node is cut, as the cloud does it. */
const drainSeconds = 1_800;
/** Requests of the longest kind begin at the new targets and end there. */
const servingMs = 8_000;

/** The Service sends to the node ports of all nodes, and to its pods again. */
export async function nodesAndBack({ namespace, clb }: Cell): Promise<void> {
  const atNodes = new Set(await addresses());
  for (const direct of [false, true]) {
    await annotate(namespace, {
      [annotation.managed]: 'true',
      [annotation.targetDrainSeconds]: String(drainSeconds),
      [annotation.directAccess]: String(direct),
    });
    const isRight = ({ ip, health }: Target) => atNodes.has(ip) !== direct && health === 'Alive';
    await until(
      direct ? 'pods as targets' : 'nodes as targets',
      async () => {
        const serving = await servingTargets(clb);
        return serving.length >= (direct ? 1 : atNodes.size) && serving.every(isRight);
      },
      240_000,
    );
    await sleep(servingMs);
  }
}

async function annotate(namespace: string, values: Readonly<Record<string, string>>): Promise<void> {
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  await persistently(async () => kubectl(['-n', namespace, 'annotate', '--overwrite', 'service', 'web', ...pairs]));
}

/** What a CLB of IPv4 sends to; a cluster may have both families. */
async function addresses(): Promise<readonly string[]> {
  const path = 'jsonpath={.items[*].status.addresses[?(@.type=="InternalIP")].address}';
  return (await kubectl(['get', 'nodes', '-o', path])).split(' ').filter(isIPv4);
}
