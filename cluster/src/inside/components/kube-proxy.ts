import { addresses } from '../../addresses.ts';
import { credentialPaths } from '../credentials.ts';
import type { Component } from '../supervisor.ts';

/** Where kube-proxy says that its rules are in the kernel. */
export const kubeProxyHealth = 'http://127.0.0.1:10256/healthz';

/** Services by iptables; one is enough for all nodes, because they share one network namespace. */
export function kubeProxy(binary: string, stateDir: string): Component {
  const flags = [
    `--kubeconfig=${credentialPaths(stateDir).proxy}`,
    `--hostname-override=${addresses.nodes[0].name}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${addresses.pods}`,
    // It exits when it may not write the sysctl of the machine's connection table.
    '--conntrack-max-per-core=0',
  ];
  return { name: 'kube-proxy', command: [binary, ...flags] };
}
