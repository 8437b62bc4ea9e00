import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterNode } from '../../addresses.ts';
import { pauseImage } from '../../images/pause.ts';
import type { ClusterSpec } from '../../spec.ts';
import { socketDir } from '../host.ts';
import type { Component } from '../supervisor.ts';

/** Where one node's containers live. */
export type ContainerdNode = Pick<ClusterNode, 'name' | 'podSubnet' | 'ipv6'>;

export function containerdSocket(node: string): string {
  return join(socketDir, `${node}.sock`);
}

/** The container runtime of one node; its configuration and CNI network are written first. */
export function containerd(spec: ClusterSpec, node: ContainerdNode): Component {
  const folder = join(spec.stateDir, node.name);
  const subnets = [node.podSubnet, ...(spec.dualStack ? [node.ipv6.podSubnet] : [])];
  const cniDir = join(folder, 'cni');
  mkdirSync(cniDir, { recursive: true });
  writeFileSync(join(cniDir, '10-ptp.conflist'), JSON.stringify(cniNetwork(folder, subnets), undefined, 2));
  const config = join(folder, 'containerd.toml');
  const { cniBinDir, snapshotter } = spec;
  writeFileSync(config, containerdConfig({ folder, node: node.name, cniBinDir, cniDir, snapshotter }));
  return { name: `containerd-${node.name}`, command: ['containerd', '--config', config, '--log-level', 'warn'] };
}

/** Point-to-point links: a pod's address is routed, not bridged, and keeps its own source address everywhere. */
export function cniNetwork(folder: string, subnets: readonly string[]) {
  const ipam = {
    type: 'host-local',
    // One address of each.
    ranges: subnets.map((subnet) => [{ subnet }]),
    routes: subnets.map((subnet) => ({ dst: subnet.includes(':') ? '::/0' : '0.0.0.0/0' })),
    dataDir: join(folder, 'cni-addresses'),
  };
  const isIpv6 = subnets.some((subnet) => subnet.includes(':'));
  const plugins = [...(isIpv6 ? withoutWaiting : []), { type: 'ptp', ipMasq: false, ipam }];
  return { cniVersion: '0.4.0', name: 'clb-direct', plugins };
}

// A pod would start more than a second later, in which its new address waits for others that have it too. The setting
// has to be there before the pod's device, and the plugin for settings cannot be the first.
const withoutWaiting = [
  { type: 'loopback' },
  { type: 'tuning', sysctl: { 'net.ipv6.conf.default.accept_dad': '0' } },
] as const;

interface ContainerdSettings {
  folder: string;
  node: string;
  cniBinDir: string;
  cniDir: string;
  snapshotter: string;
}

/**
 * Renders the configuration (format 2, read by containerd 1.6 to 2.x). Without `restrict_oom_score_adj` every sandbox
 * dies on a machine that lacks CAP_SYS_RESOURCE, while the node says Ready. The `opt` plugin would make
 * /opt/containerd.
 */
export function containerdConfig(o: ContainerdSettings): string {
  const text = JSON.stringify;
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = ${text(join(o.folder, 'containerd'))}
state = ${text(join(socketDir, `${o.node}-state`))}
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = ${text(containerdSocket(o.node))}
[${cri}]
sandbox_image = ${text(pauseImage)}
restrict_oom_score_adj = true
[${cri}.containerd]
snapshotter = ${text(o.snapshotter)}
default_runtime_name = "runc"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false
[${cri}.cni]
bin_dir = ${text(o.cniBinDir)}
conf_dir = ${text(o.cniDir)}
`;
}
