import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findCredentials } from '@clb-direct/controller/clb/credentials/find-credentials.ts';
import type { CredentialSource } from '@clb-direct/controller/clb/credentials/credential-source.ts';
import { createTestClb, silentLog } from '@clb-direct/controller/clb/testing/clb-world.ts';
import type { ClbPort } from '@clb-direct/controller/core/model/clb-port.ts';
import { createListener } from '@clb-direct/controller/testing/steps.ts';
import { parsePolicy } from '@clb-direct/emulator/credentials/parse-policy.ts';
import { startTestEmulator, type TestEmulator } from '@clb-direct/emulator/testing/test-emulator.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';

/** The controller as a pod with a role: it gets its credentials from the emulated STS. Needs no cluster and no root. */
const { signal } = new AbortController();
const id = 'lb-local001';
const arn = 'qcs::cam::uin/1:roleName/clb';
const policyFile = resolve(import.meta.dirname, '../../../manifests/cam-policy.json');
let folder: string;
let emulator: TestEmulator;
let credentials: CredentialSource;
let clb: ClbPort;

function connect(TKE_ROLE_ARN: string): void {
  const endpoint = `http://127.0.0.1:${emulator.apiPort}`;
  const TKE_WEB_IDENTITY_TOKEN_FILE = join(folder, 'token');
  const env = { TKE_REGION: 'ap-guangzhou', TKE_PROVIDER_ID: 'cls-1', TKE_WEB_IDENTITY_TOKEN_FILE, TKE_ROLE_ARN };
  credentials = findCredentials({
    folder: undefined,
    env,
    log: silentLog,
    namespace: 'clb-direct',
    stsEndpoint: endpoint,
  });
  clb = createTestClb({ endpoint, credentials });
}

/** A ServiceAccount's token, as far as STS reads it. */
async function giveToken(endsInS: number): Promise<void> {
  const claims = { exp: Math.floor(Date.now() / 1000) + endsInS };
  await writeFile(join(folder, 'token'), `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s\n`);
}

async function calls(): Promise<string[]> {
  const { body } = await emulator.admin<{ calls: { action: string; code: string | null }[] }>('GET', '/calls');
  return body.calls.map(({ action, code }) => (code === null ? action : `${action} ${code}`));
}

beforeEach(async () => {
  folder = temporaryFolder('clb-direct-identity');
  // Without the statement for CLBs that are made.
  const policy = parsePolicy(JSON.parse(await readFile(policyFile, 'utf8'))).slice(0, 2);
  emulator = await startTestEmulator({ roles: [arn], policies: { [arn]: policy } });
  await giveToken(600);
  connect(arn);
});
afterEach(async () => {
  await emulator.close();
});

test('one exchange gives credentials for many calls, reads and writes', async () => {
  await Promise.all([1, 2, 3].map(() => clb.describeLoadBalancer(id, signal)));
  await clb.createListeners(id, [createListener({ name: 'web', protocol: 'TCP', port: 80 })], signal);
  expect(await clb.describeListeners(id, signal)).toHaveLength(1);
  expect((await calls()).filter((call) => call.startsWith('AssumeRole'))).toEqual(['AssumeRoleWithWebIdentity']);
});

test('the role may do what its policy says and no more', async () => {
  await expect(clb.deleteLoadBalancer(id, signal)).rejects.toMatchObject({
    kind: 'credentials',
    code: 'UnauthorizedOperation',
    message: expect.stringContaining('clb:DeleteLoadBalancer') as unknown,
  });
  expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id });
});

test.each(['ended', 'revoked'])(
  'credentials that were %s are exchanged for others within the same call',
  async (how) => {
    const { secretId, secretKey, token } = await credentials.get(signal);
    const path = `/credentials/${secretId}`;
    if (how === 'revoked') await emulator.admin('DELETE', path);
    else await emulator.admin('PUT', path, { secretKey, token, expiry: '2020-01-01T00:00:00Z' });
    expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id });
    expect(await calls()).toEqual([
      'AssumeRoleWithWebIdentity',
      `DescribeLoadBalancers AuthFailure.${how === 'revoked' ? 'SecretIdNotFound' : 'TokenFailure'}`,
      'AssumeRoleWithWebIdentity',
      'DescribeLoadBalancers',
    ]);
  },
);

test('a token that has ended is refused in a sentence, and its successor is taken without a restart', async () => {
  await giveToken(-1);
  const asked = clb.describeLoadBalancer(id, signal);
  await expect(asked).rejects.toMatchObject({ kind: 'credentials', code: 'InvalidParameter.WebIdentityTokenError' });
  await expect(asked).rejects.toThrow(`Could not get credentials for the role ${arn}`);
  await giveToken(600);
  expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id });
});

test('a role that does not exist is named', async () => {
  connect('qcs::cam::uin/1:roleName/none');
  const asked = clb.describeLoadBalancer(id, signal);
  await expect(asked).rejects.toMatchObject({ kind: 'credentials', code: 'ResourceNotFound.RoleNotExist' });
  await expect(asked).rejects.toThrow('roleName/none');
});

test('an STS that fails once is asked again', async () => {
  const fault = {
    kind: 'api-error',
    action: 'AssumeRoleWithWebIdentity',
    code: 'InternalError',
    message: 'no',
    times: 1,
  };
  expect((await emulator.admin('PUT', '/faults/sts', fault)).status).toBe(200);
  expect(await clb.describeLoadBalancer(id, signal)).toMatchObject({ id });
  expect(await calls()).toEqual([
    'AssumeRoleWithWebIdentity InternalError',
    'AssumeRoleWithWebIdentity',
    'DescribeLoadBalancers',
  ]);
});
