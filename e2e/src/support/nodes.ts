import { isIPv4 } from 'node:net';
import { kubectl } from './run.ts';

/** Of each node, what a CLB of IPv4 sends to; the cluster has both families. */
export async function ipv4OfNodes(): Promise<readonly string[]> {
  const path = '{.items[*].status.addresses[?(@.type=="InternalIP")].address}';
  return (await kubectl(['get', 'nodes', '-o', `jsonpath=${path}`])).split(' ').filter(isIPv4);
}
