import type { KubernetesVersion } from '../spec.ts';

/** How one program is built. */
export interface Recipe {
  name: string;
  /** A folder below cluster/tools with the go.mod that pins it. */
  module: '.' | '1.24';
  package: string;
  ldflags: string;
  /** On two cores with nothing cached, in the order of the list: for people who wait. */
  seconds: number;
}

/** The exact Kubernetes that a module pins. */
const kubernetes = { '.': '1.36.3', '1.24': '1.24.17' } as const;

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

function kubernetesProgram(name: string, seconds: number, module: Recipe['module'] = '.'): Recipe {
  const ldflags = versionFlags(kubernetes[module]);
  return { name, module, package: `k8s.io/kubernetes/cmd/${name}`, ldflags, seconds };
}

const pause: Recipe = { name: 'pause', module: '.', package: './pause', ldflags: '-s -w', seconds: 2 };
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
    : [...controlPlane, kubernetesProgram('kubelet', 18), kubernetesProgram('kube-proxy', 7)];
}
