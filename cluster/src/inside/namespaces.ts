/**
 * The command, in a namespace of /run/netns; the empty name is the one that we are in. Only the network changes: the
 * kubelet, containerd and runc of every node have to see each other's mounts, which `ip netns exec` would part.
 */
export function inNamespace(namespace: string, command: readonly string[]): string[] {
  return namespace === '' ? [...command] : ['nsenter', `--net=/run/netns/${namespace}`, ...command];
}
