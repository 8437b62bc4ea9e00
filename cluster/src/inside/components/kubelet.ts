import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses, type ClusterNode } from '../../addresses.ts';
import { bothOf, type ClusterSpec } from '../../spec.ts';
import { certificatePaths } from '../certificates.ts';
import { credentialPaths } from '../credentials.ts';
import { kubeletDir } from '../host.ts';
import type { Component } from '../supervisor.ts';
import { containerdSocket } from './containerd.ts';

export interface KubeletOptions {
  binary: string;
  spec: Pick<ClusterSpec, 'stateDir' | 'dualStack'>;
  node: Pick<ClusterNode, 'name' | 'ip' | 'ipv6'>;
  /** This node's cgroup, which exists already. */
  cgroup: string;
}

/** The kubelet of one node; its configuration file is written first. */
export function kubelet(o: KubeletOptions): Component {
  const folder = join(o.spec.stateDir, o.node.name);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'kubelet.json');
  writeFileSync(config, JSON.stringify(kubeletConfig(o, folder), undefined, 2));
  const flags = [
    `--config=${config}`,
    `--kubeconfig=${credentialPaths(o.spec.stateDir).kubelet(o.node.name)}`,
    `--hostname-override=${o.node.name}`,
    `--node-ip=${bothOf(o.spec, o.node.ip, o.node.ipv6.ip)}`,
    `--root-dir=${kubeletDir(o.node.name)}`,
    `--cert-dir=${join(folder, 'kubelet-pki')}`,
  ];
  return { name: `kubelet-${o.node.name}`, command: [o.binary, ...flags] };
}

/** Renders the kubelet's configuration. */
export function kubeletConfig(o: KubeletOptions, folder: string) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: o.node.ip,
    containerRuntimeEndpoint: `unix://${containerdSocket(o.node.name)}`,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: certificatePaths(o.spec.stateDir).authority.certificate },
    },
    authorization: { mode: 'Webhook' },
    clusterDNS: [addresses.dnsService],
    clusterDomain: addresses.domain,
    resolvConf: '',
    ...cgroupSettings(o.cgroup),
    ...roomSettings(),
    serializeImagePulls: false,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    maxPods: 300,
    podLogsDir: join(folder, 'pod-logs'),
    volumePluginDir: join(folder, 'volume-plugins'),
  };
}

function cgroupSettings(cgroup: string) {
  return {
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
  };
}

// A developer's disk is often nearly full: that must neither evict pods nor delete the images that only we can make.
function roomSettings() {
  return {
    failSwapOn: false,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '100Mi', 'imagefs.available': '100Mi' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
  };
}
