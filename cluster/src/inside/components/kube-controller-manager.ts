import type { ClusterSpec } from '../../spec.ts';
import { certificatePaths } from '../certificates.ts';
import { credentialPaths } from '../credentials.ts';
import type { Component } from '../supervisor.ts';

/** The stock controllers: Deployments make pods, namespaces get their ServiceAccount, and so on. */
export function kubeControllerManager(spec: ClusterSpec): Component {
  const { authority, serviceAccounts } = certificatePaths(spec.stateDir);
  const flags = [
    `--kubeconfig=${credentialPaths(spec.stateDir).controllerManager}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--root-ca-file=${authority.certificate}`,
    `--service-account-private-key-file=${serviceAccounts.key}`,
    `--cluster-signing-cert-file=${authority.certificate}`,
    `--cluster-signing-key-file=${authority.key}`,
    // With the default of 20 a second, the first ServiceAccount is there only after eight seconds.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
  ];
  return { name: 'kube-controller-manager', command: [spec.binaries['kube-controller-manager'], ...flags] };
}
