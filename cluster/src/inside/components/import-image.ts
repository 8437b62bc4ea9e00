import { containerdSocket } from './containerd.ts';

/** The command that imports an archive into one node's containerd; it runs inside the cluster's namespaces. */
export function importCommand(node: string, archive: string): string[] {
  return ['ctr', '--address', containerdSocket(node), '--namespace', 'k8s.io', 'images', 'import', archive];
}
