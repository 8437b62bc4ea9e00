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

/** Uploads a certificate for a host, with a CA of its own, by a listener that is made for it. */
export async function uploadCertificate(
  scratchBalancerId: string,
  { host, number }: { readonly host: string; readonly number: number },
): Promise<UploadedCertificate> {
  const order = { policy: defaultPolicy, nowMs: Date.now() };
  const ca = await issueCa({ ...order, generation: number });
  const leaf = await issueLeaf({ ...order, ca, hostNames: [host] });
  const caFile = join(await mkdtemp(join(tmpdir(), 'e2e-ca-')), 'ca.pem');
  await writeFile(caFile, ca.certificate);
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
