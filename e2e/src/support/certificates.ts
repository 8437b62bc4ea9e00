import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy } from '@clb-direct/certs/material.ts';
import { cloudClient } from './cloud-client.ts';
import { until } from './until.ts';

/** A certificate in the SSL product, and where its CA is. */
export interface UploadedCertificate {
  readonly id: string;
  readonly caFile: string;
}

/** A certificate with its key, and where its CA is. */
interface IssuedCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly caFile: string;
}

interface Wish {
  readonly host: string;
  readonly number: number;
}

/** A certificate for a host, with a CA of its own. */
export async function issueCertificate({ host, number }: Wish): Promise<IssuedCertificate> {
  const order = { policy: defaultPolicy, nowMs: Date.now() };
  const ca = await issueCa({ ...order, generation: number });
  const { certificate, key } = await issueLeaf({ ...order, ca, hostNames: [host] });
  const caFile = join(await mkdtemp(join(tmpdir(), 'e2e-ca-')), 'ca.pem');
  await writeFile(caFile, ca.certificate);
  return { certificate, key, caFile };
}

/** As cert-manager makes it. */
export function tlsSecret(namespace: string, name: string, { certificate, key }: IssuedCertificate) {
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
