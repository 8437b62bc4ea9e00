import type { KubernetesVersion } from '../spec.ts';
import type { Module, Source } from './key.ts';
import { pinnedKubernetes } from './key.ts';

/** How one program is built. */
export interface Recipe extends Source {
  /** On two cores with nothing cached, in the order of the list: for people who wait. */
  seconds: number;
}

// Both packages: with one only, an old API server reports a version that kubectl cannot parse.
const versionPackages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];

/** Linker flags that put the version where Kubernetes' programs look for their own. */
export function versionFlags(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  const flags = versionPackages.flatMap((name) =>
    Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`),
  );
  return ['-s -w', ...flags].join(' ');
}

function kubernetesProgram(name: string, seconds: number, module: Module = '.'): Recipe {
  const ldflags = versionFlags(pinnedKubernetes(module));
  return { name, module, package: `k8s.io/kubernetes/cmd/${name}`, ldflags, seconds };
}

const pause: Recipe = { name: 'pause', module: '.', package: './pause', ldflags: '-s -w', seconds: 2 };
// From a module of its own: CoreDNS' would drag Kubernetes' dependencies up.
const coredns: Recipe = { name: 'coredns', module: 'coredns', package: './', ldflags: '-s -w', seconds: 53 };
const etcd: Recipe = { name: 'etcd', module: '.', package: 'go.etcd.io/etcd/server/v3', ldflags: '-s -w', seconds: 7 };

/** What has to be there for a cluster, in the order that shares most work. */
export function recipesFor(version: KubernetesVersion, controlPlaneOnly: boolean): Recipe[] {
  const always = [kubernetesProgram('kubectl', 19), etcd, pause];
  if (version === '1.24') {
    return [
      kubernetesProgram('kube-apiserver', 400, '1.24'),
      kubernetesProgram('kube-controller-manager', 100, '1.24'),
      ...always,
    ];
  }
  const controlPlane = [
    kubernetesProgram('kube-apiserver', 212),
    kubernetesProgram('kube-controller-manager', 49),
    kubernetesProgram('kube-scheduler', 4),
    ...always,
  ];
  return controlPlaneOnly
    ? controlPlane
    : [...controlPlane, kubernetesProgram('kubelet', 18), kubernetesProgram('kube-proxy', 7), coredns];
}
