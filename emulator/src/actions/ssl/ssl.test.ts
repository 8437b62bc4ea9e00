import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { issueCa, issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { defaultPolicy, type KeyedCertificate } from '@clb-direct/certs/material.ts';
import { v20191205 } from 'tencentcloud-sdk-nodejs/tencentcloud/services/ssl/v20191205/index.js';
import { parsePolicy } from '../../credentials/parse-policy.ts';
import { definitions } from '../../definitions/definitions.ts';
import { responseMisfits } from '../../definitions/response-misfits.ts';
import { refusalOf, startTestEmulator, waitForTask, type TestEmulator } from '../../testing/test-emulator.ts';

const lb = 'lb-local001';
const order = { policy: defaultPolicy, nowMs: Date.now() };
let first: KeyedCertificate;
let second: KeyedCertificate;
let emulator: TestEmulator;

beforeAll(async () => {
  const ca = await issueCa({ ...order, generation: 1 });
  first = await issueLeaf({ ...order, ca, hostNames: ['a.example.com'] });
  second = await issueLeaf({ ...order, ca, hostNames: ['b.example.com'] });
});
beforeEach(async () => {
  const policies = { uploader: parsePolicy(policyOf('ssl:UploadCertificate')) };
  const credentials = { 'local-id': { secretKey: 'local-key' }, uploader: { secretKey: 'key' } };
  emulator = await startTestEmulator({ credentials, policies });
});
afterEach(() => emulator.close());

function policyOf(action: string) {
  return { version: '2.0', statement: [{ effect: 'allow', action, resource: '*' }] };
}

function ssl(secretId = 'local-id', secretKey = 'local-key') {
  return new v20191205.Client({
    credential: { secretId, secretKey },
    region: '',
    profile: { language: 'en-US', httpProfile: { endpoint: `127.0.0.1:${emulator.apiPort}`, protocol: 'http://' } },
  });
}

const contentOf = ({ certificate, key }: KeyedCertificate) => ({
  CertificatePublicKey: certificate,
  CertificatePrivateKey: key,
});
const tag = (TagValue: string) => [{ TagKey: 'who', TagValue }];

describe('the SSL product, by the official SDK, with answers as its types say', () => {
  test('keeps a certificate with its alias and tags, and finds it by them', async () => {
    const made = await ssl().UploadCertificate({ ...contentOf(first), Alias: 'mine', Tags: tag('us') });
    const other = await ssl().UploadCertificate({ ...contentOf(second), Tags: tag('them') });
    expect([made.RepeatCertId, made.CertificateId === other.CertificateId]).toEqual(['', false]);
    const found = await ssl().DescribeCertificates({ Tags: tag('us') });
    expect(found.Certificates).toMatchObject([
      { CertificateId: made.CertificateId, Alias: 'mine', Tags: tag('us'), CertificateType: 'SVR' },
    ]);
    expect(JSON.stringify(found)).not.toContain('PRIVATE KEY');
    for (const [name, answer] of Object.entries({ UploadCertificate: made, DescribeCertificates: found }))
      expect(responseMisfits(definitions, name, answer)).toEqual([]);
    const byId = await ssl().DescribeCertificates({ CertIds: [other.CertificateId ?? ''] });
    expect([byId.TotalCount, byId.Certificates?.[0]?.Tags]).toEqual([1, tag('them')]);
  });

  test('lists page by page', async () => {
    for (let count = 0; count < 3; count += 1) await ssl().UploadCertificate(contentOf(first));
    const sizes = await Promise.all(
      [0, 2, 4].map(async (Offset) => (await ssl().DescribeCertificates({ Offset, Limit: 2 })).Certificates?.length),
    );
    expect(sizes).toEqual([2, 1, 0]);
  });

  test('answers with the one that is there when no second one is allowed', async () => {
    const { CertificateId: id } = await ssl().UploadCertificate(contentOf(first));
    const again = await ssl().UploadCertificate({ ...contentOf(first), Repeatable: false });
    expect([again.CertificateId, again.RepeatCertId]).toEqual([id, id]);
    const copy = await ssl().UploadCertificate({ ...contentOf(first), Repeatable: true });
    expect(copy.CertificateId).not.toBe(id);
  });

  test.each([
    ['a certificate that is none', { CertificatePublicKey: 'x' }, 'FailedOperation.CertificateInvalid'],
    ['a key that is none', { CertificatePrivateKey: 'x' }, 'FailedOperation.CertificateInvalid'],
    ['an empty key', { CertificatePrivateKey: '' }, 'FailedOperation.CertificateInvalid'],
  ])('refuses %s', async (_, change, code) => {
    const refusal = await refusalOf(ssl().UploadCertificate({ ...contentOf(first), ...change }));
    expect(refusal.code).toBe(code);
  });

  test('refuses the key of another certificate', async () => {
    const mixed = { ...contentOf(first), CertificatePrivateKey: second.key };
    expect((await refusalOf(ssl().UploadCertificate(mixed))).code).toBe('FailedOperation.CertificateMismatch');
  });

  test('deletes a certificate once', async () => {
    const { CertificateId = '' } = await ssl().UploadCertificate(contentOf(first));
    const answer = await ssl().DeleteCertificate({ CertificateId });
    expect([answer.DeleteResult, responseMisfits(definitions, 'DeleteCertificate', answer)]).toEqual([true, []]);
    const again = await refusalOf(ssl().DeleteCertificate({ CertificateId }));
    expect(again.code).toBe('FailedOperation.CertificateNotFound');
  });

  test('has what a listener shows, and CLB says which load balancers show it', async () => {
    const { CertificateId: id = '' } = await ssl().UploadCertificate(contentOf(first));
    const Certificate = { SSLMode: 'UNIDIRECTIONAL', CertId: id };
    const request = { LoadBalancerId: lb, Protocol: 'TCP_SSL', Ports: [443], Certificate };
    const { RequestId } = await emulator.sdk.CreateListener(request);
    await waitForTask(emulator.sdk, RequestId);
    const { CertSet } = await emulator.sdk.DescribeLoadBalancerListByCertId({ CertIds: [id, 'none'] });
    expect(CertSet?.map(({ LoadBalancers }) => LoadBalancers?.map(({ LoadBalancerId }) => LoadBalancerId))).toEqual([
      [lb],
      [],
    ]);
  });
});

test('A policy names its actions by "ssl:", and the refusal does too.', async () => {
  const uploader = ssl('uploader', 'key');
  const { CertificateId = '' } = await uploader.UploadCertificate(contentOf(first));
  const { code, message } = await refusalOf(uploader.DeleteCertificate({ CertificateId }));
  expect([code, message]).toEqual(['UnauthorizedOperation', expect.stringContaining('(ssl:DeleteCertificate)')]);
});

test('The call log keeps no private key.', async () => {
  await ssl().UploadCertificate(contentOf(first));
  const { body } = await emulator.admin<object>('GET', '/calls?since=0');
  expect(JSON.stringify(body)).toContain('UploadCertificate');
  expect(JSON.stringify(body)).not.toContain('PRIVATE KEY');
});
