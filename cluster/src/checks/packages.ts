import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Programs that a cluster needs from the system, and the Debian package that has each. */
const programs: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  openssl: 'openssl',
  iptables: 'iptables',
  nft: 'nftables',
  conntrack: 'conntrack',
  ping: 'iputils-ping',
};
const nodePrograms: Readonly<Record<string, string>> = { containerd: 'containerd', ctr: 'containerd', runc: 'runc' };

const cniFolders = ['/usr/lib/cni', '/opt/cni/bin'];

/** Where a shell of root finds programs; a shell that `su` opened may lack the system folders. */
export function searchPath(path: string | undefined): string {
  const folders = (path ?? '').split(':').filter((folder) => folder !== '');
  const system = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return [...folders, ...system.filter((folder) => !folders.includes(folder))].join(':');
}

/** Whether a folder of the search path has the program. */
export function isOnPath(program: string, path: string): boolean {
  return path.split(':').some((folder) => existsSync(join(folder, program)));
}

/** The folder of the CNI plugins, if they are installed. */
export function findCniFolder(folders: readonly string[] = cniFolders): string | undefined {
  return folders.find((folder) => existsSync(join(folder, 'ptp')) && existsSync(join(folder, 'host-local')));
}

/** Names the Debian packages that are missing, each once. */
export function missingPackages(o: { path: string; withNodes: boolean; cniFolder: string | undefined }): string[] {
  const all = { ...programs, ...(o.withNodes ? nodePrograms : {}) };
  const missing = Object.entries(all).flatMap(([program, name]) => (isOnPath(program, o.path) ? [] : [name]));
  const cni = o.withNodes && o.cniFolder === undefined ? ['containernetworking-plugins'] : [];
  return [...new Set([...missing, ...cni])];
}
