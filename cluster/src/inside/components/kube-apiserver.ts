import { join } from 'node:path';
import { addresses } from '../../addresses.ts';
import { bothOf, type ClusterSpec } from '../../spec.ts';
import { certificatePaths } from '../certificates.ts';
import { credentialPaths } from '../credentials.ts';
import type { Component } from '../supervisor.ts';

/** The API server; its flags mean the same from Kubernetes 1.24 to 1.36. */
export function kubeApiserver(spec: ClusterSpec): Component {
  const { host, port } = addresses.apiServer;
  const flags = [
    `--advertise-address=${host}`,
    `--secure-port=${port}`,
    `--etcd-servers=${addresses.etcd}`,
    `--service-cluster-ip-range=${bothOf(spec, addresses.services, addresses.ipv6.services)}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    '--allow-privileged=true',
    // Without it `kubectl logs` looks the node's name up in a DNS that is not there.
    '--kubelet-preferred-address-types=InternalIP',
    ...identityFlags(spec.stateDir),
    ...(spec.audit ? auditFlags(spec.stateDir) : []),
  ];
  return { name: 'kube-apiserver', command: [spec.binaries['kube-apiserver'], ...flags] };
}

function identityFlags(stateDir: string): string[] {
  const { authority, apiServer, kubeletClient, serviceAccounts } = certificatePaths(stateDir);
  return [
    `--tls-cert-file=${apiServer.certificate}`,
    `--tls-private-key-file=${apiServer.key}`,
    `--client-ca-file=${authority.certificate}`,
    `--token-auth-file=${credentialPaths(stateDir).tokens}`,
    `--kubelet-client-certificate=${kubeletClient.certificate}`,
    `--kubelet-client-key=${kubeletClient.key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${serviceAccounts.public}`,
    `--service-account-signing-key-file=${serviceAccounts.key}`,
  ];
}

function auditFlags(stateDir: string): string[] {
  return [
    `--audit-policy-file=${auditPolicyPath(stateDir)}`,
    `--audit-log-path=${join(stateDir, 'logs', 'audit.log')}`,
    // In MB. By default a second file is begun after 100: what is read from a position would not be there.
    '--audit-log-maxsize=10000',
  ];
}

export function auditPolicyPath(stateDir: string): string {
  return join(stateDir, 'audit-policy.json');
}

/**
 * Who did what to which pod, without the contents (the status is a subresource, so it is named on its own), who wrote
 * the registrations of webhooks that change what is created, and everything that the programs of clb-direct asked for.
 */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', userGroups: ['system:serviceaccounts:clb-direct'] },
    { level: 'Metadata', resources: [{ group: '', resources: ['pods', 'pods/status', 'pods/eviction'] }] },
    {
      level: 'Metadata',
      verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
      resources: [{ group: 'admissionregistration.k8s.io', resources: ['mutatingwebhookconfigurations'] }],
    },
    { level: 'None' },
  ],
};
