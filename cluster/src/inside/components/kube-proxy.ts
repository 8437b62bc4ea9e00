import { addresses, type ClusterNode } from '../../addresses.ts';
import { bothOf, type ClusterSpec } from '../../spec.ts';
import { credentialPaths } from '../credentials.ts';
import type { Component } from '../supervisor.ts';

/** Where a node's kube-proxy says that its rules are in the kernel. */
export function kubeProxyHealth({ ip }: Pick<ClusterNode, 'ip'>): string {
  return `http://${ip}:10256/healthz`;
}

/** Services by iptables, in the namespace of one node. */
export function kubeProxy(binary: string, spec: ClusterSpec, { name }: ClusterNode): Component {
  const flags = [
    `--kubeconfig=${credentialPaths(spec.stateDir).proxy}`,
    `--hostname-override=${name}`,
    '--proxy-mode=iptables',
    `--cluster-cidr=${bothOf(spec, addresses.pods, addresses.ipv6.pods)}`,
    // It exits when it may not write the sysctl of the machine's connection table.
    '--conntrack-max-per-core=0',
  ];
  return { name: `kube-proxy-${name}`, command: [binary, ...flags] };
}
