import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../testing/clb-world.ts';
import { startScriptedCloud, type ScriptedCloud } from '../testing/scripted-cloud.ts';
import { createVirtualClock, type VirtualClock } from '../testing/virtual-clock.ts';
import type { CredentialPlace } from './credential-source.ts';
import { createPodIdentity } from './pod-identity.ts';

const { signal } = new AbortController();
const exchange = 'AssumeRoleWithWebIdentity';
const minuteMs = 60_000;
let folder: string;
let sts: ScriptedCloud;
let clock: VirtualClock;
let identity: CredentialPlace;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clb-identity-'));
  await writeFile(join(folder, 'token'), 'web-token-1');
  sts = await startScriptedCloud();
  clock = createVirtualClock();
  identity = createPodIdentity({ env: envOf(), endpoint: new URL(sts.url), clock, log: silentLog });
});
afterEach(async () => {
  await sts.close();
  await rm(folder, { recursive: true });
});

function envOf(): NodeJS.ProcessEnv {
  return {
    TKE_REGION: 'ap-guangzhou',
    TKE_PROVIDER_ID: 'cls-1',
    TKE_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
    TKE_ROLE_ARN: 'qcs::cam::uin/1:roleName/clb',
  };
}

/** What STS gives: good for an hour. */
function given(name: string) {
  const Credentials = { TmpSecretId: `id-${name}`, TmpSecretKey: `key-${name}`, Token: `session-${name}` };
  return () => ({ response: { Credentials, ExpiredTime: (clock.date() + 60 * minuteMs) / 1000, Expiration: '' } });
}

test('the token of the ServiceAccount is exchanged, unsigned, for credentials of the role', async () => {
  sts.replies(exchange, given('a'));
  expect(await identity.find(signal)).toEqual({
    secretId: 'id-a',
    secretKey: 'key-a',
    token: 'session-a',
    source: "TKE's pod identity (role qcs::cam::uin/1:roleName/clb)",
  });
  expect(sts.requests).toEqual([
    expect.objectContaining({
      body: {
        ProviderId: 'cls-1',
        WebIdentityToken: 'web-token-1',
        RoleArn: 'qcs::cam::uin/1:roleName/clb',
        RoleSessionName: 'clb-direct',
      },
      headers: expect.objectContaining({ authorization: 'SKIP', 'x-tc-region': 'ap-guangzhou' }) as object,
    }),
  ]);
});

test('many who ask at once share one exchange, and it is kept until five minutes before its end', async () => {
  sts.replies(exchange, given('a'), given('b'));
  await Promise.all(Array.from({ length: 20 }, () => identity.find(signal)));
  clock.advance(54 * minuteMs);
  expect(await identity.find(signal)).toMatchObject({ secretId: 'id-a' });
  expect(sts.requests).toHaveLength(1);
  await writeFile(join(folder, 'token'), 'web-token-2');
  clock.advance(2 * minuteMs);
  expect(await identity.find(signal)).toMatchObject({ secretId: 'id-b' });
  expect(sts.bodiesOf(exchange).at(-1)).toMatchObject({ WebIdentityToken: 'web-token-2' });
});

test('an exchange that fails is tried again, and its failure is not kept', async () => {
  sts.replies(exchange, { status: 503 }, 'reset', given('a'));
  expect(await identity.find(signal)).toMatchObject({ secretId: 'id-a' });
  identity.forget();
  sts.replies(exchange, { error: 'InvalidParameter.WebIdentityTokenError', message: 'bad web-token-1' });
  const refused = identity.find(signal);
  await expect(refused).rejects.toThrow('Could not get credentials for the role qcs::cam::uin/1:roleName/clb');
  await expect(refused).rejects.not.toThrow('web-token-1');
  sts.replies(exchange, given('b'));
  expect(await identity.find(signal)).toMatchObject({ secretId: 'id-b' });
});

test.each(['ResourceNotFound.RoleNotExist', 'InvalidParameter.WebIdentityTokenError'])(
  'what STS answers with %s is about the credentials, never about a CLB',
  async (error) => {
    sts.replies(exchange, { error, message: 'no' });
    const refused = identity.find(signal);
    await expect(refused).rejects.toMatchObject({ kind: 'credentials', code: error });
    await expect(refused).rejects.toThrow("Check the credentials in TKE's pod identity");
    expect(sts.requests).toHaveLength(1);
  },
);

test('while STS is down the credentials at hand are used to their end, and STS is not flooded', async () => {
  sts.replies(exchange, given('a'));
  await identity.find(signal);
  sts.replies(exchange, { status: 503 });
  clock.advance(57 * minuteMs);
  for (let count = 0; count < 10; count += 1) {
    expect(await identity.find(signal)).toMatchObject({ secretId: 'id-a' });
  }
  expect(sts.requests.length).toBeLessThanOrEqual(1 + 3);
  clock.advance(4 * minuteMs);
  await expect(identity.find(signal)).rejects.toMatchObject({ kind: 'transient' });
});

test('an answer without credentials is not taken for some', async () => {
  sts.replies(exchange, { response: { ExpiredTime: 1 } });
  await expect(identity.find(signal)).rejects.toMatchObject({ code: 'Malformed' });
});

test('without a role there is no pod identity, and with half of its variables the missing ones are named', async () => {
  const none = createPodIdentity({ env: {}, endpoint: new URL(sts.url), clock, log: silentLog });
  expect(await none.find(signal)).toBeUndefined();
  const env = { ...envOf(), TKE_PROVIDER_ID: '' };
  const half = createPodIdentity({ env, endpoint: new URL(sts.url), clock, log: silentLog });
  await expect(half.find(signal)).rejects.toThrow('TKE_PROVIDER_ID is missing');
});

test('a token that is not mounted is named', async () => {
  await rm(join(folder, 'token'));
  await expect(identity.find(signal)).rejects.toMatchObject({ kind: 'credentials', code: 'UnreadableCredentials' });
});
