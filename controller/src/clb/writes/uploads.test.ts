import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makePair } from '../../testing/make-pair.ts';
import { startClbWorld, type ClbWorld } from '../testing/clb-world.ts';

const { signal } = new AbortController();
const { certificate, key } = makePair();
const pair = { fingerprint: 'f'.repeat(64), certificate, privateKey: key };
let world: ClbWorld;

beforeEach(async () => {
  world = await startClbWorld();
});
afterEach(() => world.cloud.close());

const tags = (fingerprint = pair.fingerprint, clusterId = 'cls-1') => [
  { TagKey: 'clb-direct.io/cluster', TagValue: clusterId },
  { TagKey: 'clb-direct.io/certificate', TagValue: fingerprint },
];
const uploads = () => world.cloud.bodiesOf('UploadCertificate');
const upload = async () => world.clb.uploadCertificate(pair, 'cls-1', signal);
const answerLookUp = (Certificates: object[]) =>
  world.cloud.replies('DescribeCertificates', { response: { Certificates } });

describe('an upload', () => {
  test('sends certificate and key once, with the tags by which it is found again', async () => {
    world.cloud.replies('UploadCertificate', { response: { CertificateId: 'cert-1', RepeatCertId: '' } });
    expect(await upload()).toBe('cert-1');
    expect(uploads()).toEqual([
      {
        CertificatePublicKey: pair.certificate,
        CertificatePrivateKey: key,
        CertificateType: 'SVR',
        Alias: 'clb-direct_cls-1_ffffffffffffffff',
        Tags: tags(),
        Repeatable: false,
      },
    ]);
    expect(world.cloud.requests[0]?.headers['x-tc-version']).toBe('2019-12-05');
  });

  test('that was done before and whose answer was lost gives that one', async () => {
    world.cloud.replies('UploadCertificate', { response: { CertificateId: '', RepeatCertId: 'cert-1' } });
    answerLookUp([{ CertificateId: 'cert-1', Tags: tags() }]);
    expect([await upload(), uploads().length]).toEqual(['cert-1', 1]);
  });

  test.each([
    ['nobody', []],
    ['another cluster', tags(pair.fingerprint, 'cls-2')],
    ['another chain', tags('e'.repeat(64))],
  ])('makes a copy of its own beside a certificate of %s', async (_, Tags) => {
    const repeat = { response: { CertificateId: 'cert-0', RepeatCertId: 'cert-0' } };
    world.cloud.replies('UploadCertificate', repeat, { response: { CertificateId: 'cert-1', RepeatCertId: null } });
    answerLookUp([{ CertificateId: 'cert-0', Tags }]);
    expect(await upload()).toBe('cert-1');
    expect(uploads().map(({ Repeatable }) => Repeatable)).toEqual([false, true]);
  });

  test('without an id in the answer is a failure', async () => {
    world.cloud.replies('UploadCertificate', { response: {} });
    await expect(upload()).rejects.toMatchObject({ kind: 'transient', code: 'Malformed' });
  });

  test.each([
    ['FailedOperation.CertificateInvalid', 'refused'],
    ['FailedOperation.CertificateMismatch', 'refused'],
    ['UnauthorizedOperation', 'credentials'],
    ['LimitExceeded', 'quota'],
  ])('that is answered with %s is %s, and its error shows no key', async (error, kind) => {
    world.cloud.replies('UploadCertificate', { error, message: `no: ${JSON.stringify(pair)}` });
    const thrown = (await upload().catch((one: unknown) => one)) as Error;
    expect(thrown).toMatchObject({ kind, code: error, action: 'UploadCertificate' });
    const all = `${thrown.message} ${thrown.stack} ${JSON.stringify(thrown)} ${JSON.stringify(thrown.cause)}`;
    for (const line of key.split('\n').filter((one) => one !== '')) expect(all).not.toContain(line);
  });

  test('that is not allowed says which permission is missing', async () => {
    world.cloud.replies('UploadCertificate', { error: 'UnauthorizedOperation', message: 'no' });
    await expect(upload()).rejects.toThrow('Allow ssl:UploadCertificate in CAM for the identity');
  });

  test.each([['hang'], ['reset'], [{ status: 502, body: key }]] as const)(
    'whose way is %j shows no key',
    async (way) => {
      await world.cloud.close();
      world = await startClbWorld({ writeTimeoutMs: 50 });
      world.cloud.replies('UploadCertificate', way);
      const thrown = (await upload().catch((one: unknown) => one)) as Error;
      expect(`${thrown.message} ${thrown.stack}`).not.toContain(key.split('\n')[1]);
    },
  );
});

describe('a deletion', () => {
  test('names one certificate', async () => {
    world.cloud.replies('DeleteCertificate', { response: { DeleteResult: true } });
    await world.clb.deleteCertificate('cert-1', signal);
    expect(world.cloud.bodiesOf('DeleteCertificate')).toEqual([{ CertificateId: 'cert-1' }]);
  });

  test('of one that is gone is no error, and one that was not done is', async () => {
    world.cloud.replies(
      'DeleteCertificate',
      { error: 'FailedOperation.CertificateNotFound' },
      { response: { DeleteResult: false } },
    );
    await world.clb.deleteCertificate('cert-1', signal);
    await expect(world.clb.deleteCertificate('cert-1', signal)).rejects.toMatchObject({ kind: 'transient' });
  });

  test('without an id is not sent', async () => {
    await expect(world.clb.deleteCertificate('', signal)).rejects.toMatchObject({ code: 'EmptyId' });
  });
});

describe('the certificates of a cluster', () => {
  test('are those with its tags, whatever the filter lets through', async () => {
    answerLookUp([
      { CertificateId: 'cert-1', Tags: tags() },
      { CertificateId: 'cert-2', Tags: tags(pair.fingerprint, 'cls-2') },
      { CertificateId: 'cert-3', Tags: null },
      { CertificateId: 'cert-4', Tags: [tags()[0]] },
    ]);
    expect(await world.clb.listCertificates('cls-1', signal)).toEqual([
      { id: 'cert-1', fingerprint: pair.fingerprint },
    ]);
    expect(world.cloud.bodiesOf('DescribeCertificates')).toEqual([{ Tags: [tags()[0]], Offset: 0, Limit: 1000 }]);
  });

  test('are read page by page', async () => {
    const page = (length: number, from = 0) => ({
      response: {
        Certificates: Array.from({ length }, (_, index) => ({ CertificateId: `cert-${from + index}`, Tags: tags() })),
      },
    });
    world.cloud.replies('DescribeCertificates', page(1000), page(2, 1000));
    expect(await world.clb.listCertificates('cls-1', signal)).toHaveLength(1002);
  });

  test('without a list are a failure: an empty one would have everything uploaded again', async () => {
    world.cloud.replies('DescribeCertificates', { response: {} });
    await expect(world.clb.listCertificates('cls-1', signal)).rejects.toMatchObject({ code: 'Malformed' });
  });

  test.each([
    [{ CertSet: [{ CertId: 'cert-1', LoadBalancers: [] }] }, false],
    [{ CertSet: [{ CertId: 'cert-1', LoadBalancers: [{ LoadBalancerId: 'lb-1' }] }] }, true],
    [{ CertSet: [{ CertId: 'cert-1', LoadBalancers: null }] }, true],
    [{ CertSet: [] }, true],
    [{}, true],
  ])('are used by what %j says: %j', async (response, isUsed) => {
    world.cloud.replies('DescribeLoadBalancerListByCertId', { response });
    expect(await world.clb.isCertificateUsed('cert-1', signal)).toBe(isUsed);
  });
});

test.each([
  ['https://clb.tencentcloudapi.com', 'https://ssl.tencentcloudapi.com'],
  ['https://clb.internal.tencentcloudapi.com/', 'https://ssl.internal.tencentcloudapi.com/'],
  ['http://10.0.0.2:8080', 'http://10.0.0.2:8080'],
])('With CLB at %s the SSL product is asked at %s.', async (clb, ssl) => {
  const { endpointOf } = await import('../products.ts');
  expect(endpointOf('ssl', clb)).toBe(ssl);
});
