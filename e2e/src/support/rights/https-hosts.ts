import { resolve } from 'node:path';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { service } from '../manifests.ts';
import { allowSecrets, issueCertificate, tlsSecret } from '../certificates.ts';
import { apply, kubectl } from '../run.ts';
import { causing } from './causing.ts';

const definition = resolve(import.meta.dirname, '../../../../manifests/tke-service-config');
const hosts = ['a.example.com', 'b.example.com'] as const;

/** An HTTPS port with two hosts: its settings and its certificate change, then one host goes, then the Service. */
export async function liveWithHosts(namespace: string, loadBalancerId: string): Promise<void> {
  await kubectl(['create', '-k', definition]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', `crd/${definitionName}`]);
  await allowSecrets(namespace);
  await apply(certificate(namespace, 'cert-first'));
  await apply(config(namespace, 'LEAST_CONN'));

  await causing('CreateRule', async () => apply(site(namespace, loadBalancerId, hosts)));
  await causing('ModifyRule', async () => apply(config(namespace, 'WRR')));
  await causing('ModifyDomainAttributes', async () => apply(certificate(namespace, 'cert-second')));
  await causing('UploadCertificate', async () => replaceByPair(namespace));
  await causing('DeleteRule', async () => apply(site(namespace, loadBalancerId, hosts.slice(0, 1))));
  await kubectl(['-n', namespace, 'delete', 'service', 'site']);
  await kubectl(['delete', 'crd', definitionName]);
}

const definitionName = 'tkeserviceconfigs.cloud.tencent.com';

/** The certificate itself in the stead of an id; the type of a Secret never changes. */
async function replaceByPair(namespace: string): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'secret', 'site-cert']);
  await apply(tlsSecret(namespace, 'site-cert', await issueCertificate({ host: hosts[0], number: 1 })));
}

function certificate(namespace: string, id: string) {
  const metadata = { name: 'site-cert', namespace };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', stringData: { qcloud_cert_id: id } };
}

function config(namespace: string, scheduler: string) {
  const domains = hosts.map((domain) => ({ domain, rules: [{ url: '/', scheduler }] }));
  return {
    apiVersion: 'cloud.tencent.com/v1alpha1',
    kind: 'TkeServiceConfig',
    metadata: { name: 'tuned', namespace },
    spec: { loadBalancer: { l7Listeners: [{ protocol: 'HTTPS', port: 443, domains }] } },
  };
}

function site(namespace: string, loadBalancerId: string, names: readonly string[]) {
  const plain = service(namespace, { name: 'site', app: 'web', loadBalancerId, port: 443 });
  const tls = Object.fromEntries(names.map((name) => [name, { tls: 'site-cert' }]));
  const annotations = {
    ...plain.metadata.annotations,
    [annotation.serviceConfig]: 'tuned',
    [annotation.targetDrainSeconds]: '1',
    [annotation.specifyProtocol]: JSON.stringify({ 443: { protocol: ['HTTPS'], hosts: tls } }),
  };
  return { ...plain, metadata: { ...plain.metadata, annotations } };
}
