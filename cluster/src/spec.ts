/** The Kubernetes versions that this project is tried on: the newest, and the oldest that builds. */
export const kubernetesVersions = ['1.36', '1.24'] as const;
export type KubernetesVersion = (typeof kubernetesVersions)[number];

/** What a user asks for. */
export interface ClusterRequest {
  name: string;
  nodes: 1 | 2;
  kubernetes: KubernetesVersion;
  /** No kubelet, no containers: etcd, API server and controllers only. */
  controlPlaneOnly: boolean;
  /** Writes who touched which pod, and what clb-direct asked for, to logs/audit.log in the state folder. */
  audit: boolean;
  /** Nodes, pods, Services that ask for it, the CLB and the internet have IPv6 addresses beside those of IPv4. */
  dualStack: boolean;
}

/** A cluster of which nobody asks for more. */
export const plainCluster: Readonly<Omit<ClusterRequest, 'name'>> = {
  nodes: 1,
  kubernetes: '1.36',
  controlPlaneOnly: false,
  audit: false,
  dualStack: false,
};

/** IPv4, and beside it IPv6 where the cluster has both, as the flags of Kubernetes list them. */
export function bothOf({ dualStack }: Pick<ClusterRequest, 'dualStack'>, ipv4: string, ipv6: string): string {
  return dualStack ? `${ipv4},${ipv6}` : ipv4;
}

/** Paths of the programs that a cluster runs. */
export interface Binaries {
  etcd: string;
  'kube-apiserver': string;
  'kube-controller-manager': string;
  kubectl: string;
  pause: string;
  /** Absent where only a control plane was asked for from an old version. */
  'kube-scheduler'?: string;
  'kube-proxy'?: string;
  kubelet?: string;
  coredns?: string;
}

/** All that the program inside the namespaces needs to know; it is written to spec.json. */
export interface ClusterSpec extends ClusterRequest {
  stateDir: string;
  cgroup: string;
  binaries: Binaries;
  cniBinDir: string;
  snapshotter: 'overlayfs' | 'native';
}
