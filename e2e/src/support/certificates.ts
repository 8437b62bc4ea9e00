import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy, type KeyedCertificate } from '@clb-direct/certs/material.ts';
import { programName } from '@clb-direct/shared/domain/names.ts';
import { installNamespace } from './admissions/webhook-pods.ts';
import { makeClient } from '@clb-direct/emulator/proxy/testing/certificates.ts';
import { cloudClient, sslClient } from './cloud-client.ts';
import { kubectl } from './run.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';
import { until } from './until.ts';

/** A certificate in the SSL product, and where its CA is. */
export interface UploadedCertificate {
  readonly id: string;
  readonly caFile: string;
}

/** A certificate with its key, and where its CA is. */
interface IssuedCertificate extends KeyedCertificate {
  readonly caFile: string;
}

interface Wish {
  readonly host: string;
  readonly number: number;
}

/** A certificate for a host, with a CA of its own. */
export async function issueCertificate({ host, number }: Wish): Promise<IssuedCertificate> {
  const { caFile, leaves } = await issueCertificates([host], number);
  const [leaf = { certificate: '', key: '' }] = leaves;
  return { ...leaf, caFile };
}

/** One for each host, by one CA. */
export async function issueCertificates(hosts: readonly string[], generation = 1) {
  const order = { policy: defaultPolicy, nowMs: Date.now() };
  const ca = await issueCa({ ...order, generation });
  const leaves = await Promise.all(hosts.map(async (host) => issueLeaf({ ...order, ca, hostNames: [host] })));
  const caFile = join(temporaryFolder('e2e-ca'), 'ca.pem');
  await writeFile(caFile, ca.certificate);
  return { caFile, leaves };
}

/** Lets the controller read the Secrets of a namespace, as docs/operations.md writes it. */
export async function allowSecrets(namespace: string): Promise<void> {
  const account = `--serviceaccount=${installNamespace}:${programName.controller}`;
  await kubectl(['-n', namespace, 'create', 'role', 'certificates', '--verb=list,watch', '--resource=secrets']);
  await kubectl(['-n', namespace, 'create', 'rolebinding', 'certificates', '--role=certificates', account]);
}

/** As cert-manager makes it. */
export function tlsSecret(namespace: string, name: string, { certificate, key }: KeyedCertificate) {
  const stringData = { 'tls.crt': certificate, 'tls.key': key };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'kubernetes.io/tls', stringData };
}

/** Uploads a certificate for a host, with a CA of its own, by a listener that is made for it. */
export async function uploadCertificate(scratchBalancerId: string, wish: Wish): Promise<UploadedCertificate> {
  const { number } = wish;
  const { caFile, ...leaf } = await issueCertificate(wish);
  const clb = cloudClient();
  const { ListenerIds: [id = ''] = [] } = await clb.CreateListener({
    LoadBalancerId: scratchBalancerId,
    Protocol: 'TCP_SSL',
    Ports: [9_000 + number],
    Certificate: {
      SSLMode: 'UNIDIRECTIONAL',
      CertName: `e2e-${number}`,
      CertContent: leaf.certificate,
      CertKey: leaf.key,
    },
  });
  const certificateId = await until(
    'the uploaded certificate',
    async () => {
      const { Listeners = [] } = await clb.DescribeListeners({ LoadBalancerId: scratchBalancerId });
      return Listeners.find(({ ListenerId }) => ListenerId === id)?.Certificate?.CertId ?? '';
    },
    (found) => found !== '',
    30_000,
  );
  return { id: certificateId, caFile };
}

/** A client with a certificate, as arguments of curl, and the id of its CA in the SSL product. */
export async function certifiedClient() {
  const { ca, client } = await makeClient();
  const folder = temporaryFolder('e2e-client');
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(cert, client.cert), writeFile(key, client.key)]);
  const { CertificateId: caId = '' } = await sslClient().UploadCertificate({
    CertificatePublicKey: ca,
    CertificateType: 'CA',
    Alias: 'e2e clients',
  });
  return { caId, arguments: ['--cert', cert, '--key', key] };
}
