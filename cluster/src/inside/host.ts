import { mkdirSync, writeFileSync } from 'node:fs';
import { run } from '../machine/run.ts';

// Here CNI, runc, the kubelet and iptables would leave files on the machine.
const hidden = ['/run', '/var/lib/kubelet', '/var/lib/cni', '/var/log'];

/** Where sockets live: a private tmpfs with a short name, because a socket's path has at most 107 characters. */
export const socketDir = '/run/clb-direct';

/** Where a node's kubelet works: a short name, for the sockets in it, of a folder on the disk, for what pods write. */
export function kubeletDir(node: string): string {
  return `/var/lib/kubelet/${node}`;
}

/** Puts a folder of the disk behind the kubelet's short name. */
export async function bindKubeletDir(node: string, folder: string, signal: AbortSignal): Promise<void> {
  for (const path of [folder, kubeletDir(node)]) mkdirSync(path, { recursive: true });
  await run(['mount', '--bind', folder, kubeletDir(node)], { signal });
}

/** Makes the machine look like a fresh node: private folders where components insist on fixed paths, and a name. */
export async function setUpHost(hostname: string, signal: AbortSignal): Promise<void> {
  for (const folder of hidden) {
    mkdirSync(folder, { recursive: true });
    await run(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'clb-direct', folder], { signal });
  }
  mkdirSync(socketDir);
  writeFileSync('/proc/sys/kernel/hostname', hostname);
}
