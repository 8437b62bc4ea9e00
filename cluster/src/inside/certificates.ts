import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addresses } from '../addresses.ts';
import { run } from '../machine/run.ts';

/** The files that prove who is who inside the cluster. */
export function certificatePaths(stateDir: string) {
  const folder = join(stateDir, 'pki');
  const pair = (name: string) => ({ key: join(folder, `${name}.key`), certificate: join(folder, `${name}.crt`) });
  return {
    folder,
    authority: pair('ca'),
    apiServer: pair('apiserver'),
    kubeletClient: pair('apiserver-kubelet-client'),
    serviceAccounts: { key: join(folder, 'sa.key'), public: join(folder, 'sa.pub') },
  };
}

interface Pair {
  key: string;
  certificate: string;
}

/** Makes the authority, the two certificates signed by it, and the key of the ServiceAccount tokens. */
export async function createCertificates(stateDir: string, signal: AbortSignal): Promise<void> {
  const paths = certificatePaths(stateDir);
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  await run(openssl(paths.authority, '/CN=clb-direct-cluster', ['keyUsage=critical,keyCertSign,cRLSign']), { signal });
  const suffixes = ['', '.default', '.default.svc', `.default.svc.${addresses.domain}`];
  const names = [...suffixes.map((suffix) => `kubernetes${suffix}`), 'localhost'].map((name) => `DNS:${name}`);
  const ips = [addresses.apiServer.host, addresses.firstService, '127.0.0.1'].map((ip) => `IP:${ip}`);
  const serving = [`subjectAltName=${[...names, ...ips].join(',')}`, 'extendedKeyUsage=serverAuth'];
  const client = '/O=system:masters/CN=kube-apiserver-kubelet-client';
  await Promise.all([
    run([...openssl(paths.apiServer, '/CN=kube-apiserver', serving), ...signedBy(paths.authority)], { signal }),
    run([...openssl(paths.kubeletClient, client, ['extendedKeyUsage=clientAuth']), ...signedBy(paths.authority)], {
      signal,
    }),
    createServiceAccountKey(paths.serviceAccounts, signal),
  ]);
}

// Elliptic curves, because making an RSA key can take a second.
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(pair: Pair, subject: string, extensions: string[]): string[] {
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  const out = ['-keyout', pair.key, '-out', pair.certificate];
  return ['openssl', 'req', '-x509', ...newKey, '-days', '3650', '-subj', subject, ...added, ...out];
}

function signedBy(authority: Pair): string[] {
  return ['-CA', authority.certificate, '-CAkey', authority.key];
}

async function createServiceAccountKey(paths: { key: string; public: string }, signal: AbortSignal): Promise<void> {
  await run(['openssl', 'genpkey', '-algorithm', 'EC', ...newKey.slice(2, 4), '-out', paths.key], { signal });
  await run(['openssl', 'pkey', '-in', paths.key, '-pubout', '-out', paths.public], { signal });
}
