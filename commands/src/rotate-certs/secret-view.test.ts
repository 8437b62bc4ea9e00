import { beforeAll, expect, test } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { webhookHostName, webhookHostNames } from '@clb-direct/certs/host-names.ts';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy, type KeyedCertificate } from '@clb-direct/certs/material.ts';
import { annotation } from '@clb-direct/shared/domain/names.ts';
import { viewSecret, type RawSecret } from './secret-view.ts';

const nowMs = Date.now();
const hostName = webhookHostName('hook', 'ns');
let ca: KeyedCertificate;
let leaf: KeyedCertificate;
let next: KeyedCertificate;
beforeAll(async () => {
  const order = { nowMs, policy: defaultPolicy };
  ca = await issueCa({ ...order, generation: 1 });
  next = await issueCa({ ...order, generation: 2 });
  leaf = await issueLeaf({ ...order, ca, hostNames: webhookHostNames('hook', 'ns') });
});

function view(data: Record<string, string>, annotations: Record<string, string> = {}, type = 'Opaque') {
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  const raw: RawSecret = {
    type,
    metadata: { uid: 'u', resourceVersion: '1', annotations },
    data: Object.fromEntries(encoded),
  };
  return viewSecret(raw, hostName);
}

const whole = () => ({ 'ca.crt': ca.certificate, 'ca.key': ca.key, 'tls.crt': leaf.certificate, 'tls.key': leaf.key });

test('A Secret at rest is read, with serial numbers in one spelling and no key.', () => {
  const serial = new X509Certificate(leaf.certificate).serialNumber;
  const replicas = JSON.stringify([{ pod: 'a', verifies: true, serial: `00${serial}` }, { pod: 5 }, null]);
  const seen = view(whole(), { [annotation.replicasSeen]: replicas, [annotation.rotationSettleMs]: '5000' });

  expect(seen).toMatchObject({ phase: 'stable', isIssuedElsewhere: false, settleMs: 5_000 });
  expect(seen.replicas).toEqual([{ pod: 'a', verifies: true, serial: seen.leaf?.serial }]);
  expect(seen.leaf?.serial.replace(/^0+/, '')).toBe(serial.toLowerCase().replace(/^0+/, ''));
  expect(JSON.stringify(seen)).not.toMatch(/PRIVATE|BEGIN/);
});

test('The next CA is no old one.', () => {
  const data = { ...whole(), 'ca.crt': ca.certificate + next.certificate };

  expect(view({ ...data, 'next-ca.crt': next.certificate, 'next-ca.key': next.key })).toMatchObject({
    phase: 'published',
    nextCa: { name: expect.stringContaining('ca-2') },
    oldCas: [],
  });
  expect(view(data)).toMatchObject({
    phase: 'settling',
    nextCa: undefined,
    oldCas: [{ signedBy: expect.any(String) }],
  });
});

test('Notes of any content are read as far as they go.', () => {
  const garbage = Object.fromEntries(Object.values(annotation).map((name) => [name, '{"x":']));

  expect(view({}, garbage)).toMatchObject({
    pending: undefined,
    refused: undefined,
    replicas: undefined,
    currentCa: undefined,
    leaf: undefined,
  });
});

test('Certificates of another issuer are known by their mark, or by their type without a CA key of ours.', () => {
  const [notes, mark] = [{ [annotation.replicasSeen]: '[]' }, { 'cert-manager.io/certificate-name': 'hook' }];
  const foreign = { ...whole(), 'ca.key': '' };

  expect(view(foreign, { ...mark, ...notes })).toMatchObject({ isIssuedElsewhere: true, replicas: undefined });
  expect(view(foreign, notes, 'kubernetes.io/tls')).toMatchObject({ isIssuedElsewhere: true });
  expect(view(whole(), { ...mark, ...notes })).toMatchObject({ isIssuedElsewhere: true });
  expect(view(whole(), { 'cert-manager.io/alt-names': 'hook' })).toMatchObject({ isIssuedElsewhere: true });
  expect(view(whole(), notes, 'kubernetes.io/tls')).toMatchObject({
    isIssuedElsewhere: false,
    replicas: [],
  });
  expect(view(foreign, notes)).toMatchObject({ isIssuedElsewhere: false });
});
