/** Where a command can run: on the first node, on the second, in the cloud beside them, or out on the internet. */
export const places = ['node', 'node2', 'cloud', 'client'] as const;
export type Place = (typeof places)[number];

/**
 * Puts a command into a cluster's namespaces. It sees the machine's files (but the cluster's /run) from the given
 * folder, and gets SIGTERM when the process that entered ends, because a killed nsenter would leave it behind.
 */
export function enterCommand(o: {
  initPid: number;
  place: Place;
  folder: string;
  command: readonly string[];
}): string[] {
  const network = o.place === 'node' ? '--net' : `--net=/proc/${o.initPid}/root/run/netns/${o.place}`;
  const enter = ['nsenter', `--target=${o.initPid}`, '--mount', '--pid', '--uts', network];
  return [...enter, 'env', `--chdir=${o.folder}`, 'setpriv', '--pdeathsig', 'TERM', ...o.command];
}

/** Runs kubectl where the API server can be reached, but with all files and folders as the caller sees them. */
export function kubectlCommand(o: { initPid: number; kubectl: string; kubeconfig: string; args: readonly string[] }) {
  const config = `--kubeconfig=${o.kubeconfig}`;
  return ['nsenter', `--net=/proc/${o.initPid}/ns/net`, o.kubectl, config, ...o.args];
}
