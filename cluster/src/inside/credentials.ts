import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addresses } from '../addresses.ts';
import { certificatePaths } from './certificates.ts';

/** A user whom the API server knows by a token. */
interface User {
  name: string;
  groups: string[];
  kubeconfig: string;
}

/** Paths of the kubeconfig files and of the API server's token file. */
export function credentialPaths(stateDir: string) {
  return {
    tokens: join(stateDir, 'pki', 'tokens.csv'),
    admin: join(stateDir, 'kubeconfig'),
    controllerManager: join(stateDir, 'pki', 'controller-manager.kubeconfig'),
    scheduler: join(stateDir, 'pki', 'scheduler.kubeconfig'),
    proxy: join(stateDir, 'pki', 'proxy.kubeconfig'),
    kubelet: (node: string) => join(stateDir, 'pki', `kubelet-${node}.kubeconfig`),
  };
}

// The user names are those that the API server's own RBAC roles are bound to.
function users(stateDir: string, nodes: readonly string[]): User[] {
  const paths = credentialPaths(stateDir);
  return [
    { name: 'clb-direct-admin', groups: ['system:masters'], kubeconfig: paths.admin },
    { name: 'system:kube-controller-manager', groups: [], kubeconfig: paths.controllerManager },
    { name: 'system:kube-scheduler', groups: [], kubeconfig: paths.scheduler },
    { name: 'system:kube-proxy', groups: [], kubeconfig: paths.proxy },
    ...nodes.map((node) => ({
      name: `system:node:${node}`,
      groups: ['system:nodes'],
      kubeconfig: paths.kubelet(node),
    })),
  ];
}

/** Gives every user a token and a kubeconfig; returns the administrator's token. */
export function createCredentials(stateDir: string, nodes: readonly string[]): string {
  const authority = readFileSync(certificatePaths(stateDir).authority.certificate, 'utf8');
  const all = users(stateDir, nodes).map((user) => ({ ...user, token: randomBytes(24).toString('hex') }));
  for (const user of all) {
    writeFileSync(user.kubeconfig, renderKubeconfig({ ...user, authority }), { mode: 0o600 });
  }
  const lines = all.map((user) => [user.token, user.name, user.name, `"${user.groups.join(',')}"`].join(','));
  writeFileSync(credentialPaths(stateDir).tokens, `${lines.join('\n')}\n`, { mode: 0o600 });
  return all[0]?.token ?? '';
}

/** Writes a kubeconfig as JSON, which every reader of YAML understands. */
export function renderKubeconfig(o: { name: string; token: string; authority: string }): string {
  const server = `https://${addresses.apiServer.host}:${addresses.apiServer.port}`;
  const data = Buffer.from(o.authority).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'clb-direct', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: o.name, user: { token: o.token } }],
    contexts: [{ name: 'clb-direct', context: { cluster: 'clb-direct', user: o.name } }],
    'current-context': 'clb-direct',
  };
  return `${JSON.stringify(config, undefined, 2)}\n`;
}
