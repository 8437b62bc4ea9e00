import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, startClbWorld } from '../testing/clb-world.ts';
import { createVirtualClock } from '../testing/virtual-clock.ts';
import type { CredentialSource } from './credential-source.ts';
import { findCredentials } from './find-credentials.ts';

const { signal } = new AbortController();
const inEnvironment = { TENCENTCLOUD_SECRET_ID: 'env-id', TENCENTCLOUD_SECRET_KEY: 'env-key' };
const atEnd: (() => Promise<void>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clb-credentials-'));
});
afterEach(async () => {
  for (const end of atEnd.splice(0)) await end();
  await rm(folder, { recursive: true });
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const find = (env: NodeJS.ProcessEnv = {}, clock = createVirtualClock()) =>
  findCredentials({ folder, env, log: silentLog, clock, namespace: 'clb-home' });

async function aWorld(credentials: CredentialSource) {
  const world = await startClbWorld({ credentials });
  atEnd.push(() => world.cloud.close());
  return world;
}

describe('the folder', () => {
  test('comes before the environment, and a line end behind a secret does not count', async () => {
    await write('secretId', 'an-id\n');
    await write('secretKey', 'a-key\n');
    expect(await find(inEnvironment).get(signal)).toEqual({
      secretId: 'an-id',
      secretKey: 'a-key',
      token: undefined,
      source: `the folder ${folder} (in a cluster the Secret clb-direct-credentials)`,
    });
    await write('token', 'a-token');
    expect(await find().get(signal)).toMatchObject({ token: 'a-token' });
  });

  test('with one of two files says which is missing', async () => {
    await write('secretId', 'an-id');
    await write('secretKey', '');
    const asked = find(inEnvironment).get(signal);
    await expect(asked).rejects.toMatchObject({ kind: 'credentials', code: 'IncompleteCredentials' });
    await expect(asked).rejects.toThrow('the file secretId is there, secretKey is missing or empty');
  });

  test('that cannot be read says so', async () => {
    await mkdir(join(folder, 'secretId'));
    await expect(find().get(signal)).rejects.toMatchObject({ code: 'UnreadableCredentials' });
  });

  test('is read again after a second, and at once after a refusal', async () => {
    const clock = createVirtualClock();
    const source = find({}, clock);
    await write('secretId', 'old');
    await write('secretKey', 'a-key');
    expect(await source.get(signal)).toMatchObject({ secretId: 'old' });
    await write('secretId', 'new');
    expect(await source.get(signal)).toMatchObject({ secretId: 'old' });
    clock.advance(1000);
    expect(await source.get(signal)).toMatchObject({ secretId: 'new' });
    await write('secretId', 'newer');
    source.forget();
    expect(await source.get(signal)).toMatchObject({ secretId: 'newer' });
  });
});

describe('the environment', () => {
  test('is used where the folder is empty', async () => {
    expect(await find({ ...inEnvironment, TENCENTCLOUD_SESSION_TOKEN: 'tok' }).get(signal)).toEqual({
      secretId: 'env-id',
      secretKey: 'env-key',
      token: 'tok',
      source: 'the environment variables TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY',
    });
  });

  test('with one of two variables says which is missing', async () => {
    const asked = find({ TENCENTCLOUD_SECRET_ID: 'env-id' }).get(signal);
    await expect(asked).rejects.toThrow('TENCENTCLOUD_SECRET_KEY is missing or empty');
  });
});

test('no credentials at all name all three ways to give them', async () => {
  const asked = find().get(signal);
  await expect(asked).rejects.toMatchObject({ kind: 'credentials', code: 'NoCredentials' });
  await expect(asked).rejects.toThrow(`files secretId and secretKey in ${folder}`);
  await expect(asked).rejects.toThrow(
    'the Secret clb-direct-credentials (kubectl -n clb-home create secret generic clb-direct-credentials ' +
      '--from-literal=secretId=… --from-literal=secretKey=…)',
  );
  await expect(asked).rejects.toThrow('TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY');
  await expect(asked).rejects.toThrow('TKE_REGION, TKE_PROVIDER_ID, TKE_WEB_IDENTITY_TOKEN_FILE and TKE_ROLE_ARN');
});

describe('a CLB client', () => {
  const noListeners = { response: { Listeners: [], TotalCount: 0 } };
  const refused = { error: 'AuthFailure.SignatureFailure', message: 'The signature of AKIDexample is wrong.' };

  test('that the cloud refuses reads the folder again and asks once more with what it found', async () => {
    await write('secretId', 'an-id');
    await write('secretKey', 'wrong');
    const world = await aWorld(find());
    world.cloud.replies('DescribeListeners', noListeners, refused, noListeners);
    await world.clb.describeListeners('lb-1', signal);
    await write('secretId', 'another-id');
    expect(await world.clb.describeListeners('lb-1', signal)).toEqual([]);
    expect(world.cloud.requests.map(({ headers }) => headers.authorization?.split('/')[0])).toEqual([
      'TC3-HMAC-SHA256 Credential=an-id',
      'TC3-HMAC-SHA256 Credential=an-id',
      'TC3-HMAC-SHA256 Credential=another-id',
    ]);
  });

  test('whose credentials stay wrong says where they come from, but not what they are', async () => {
    await write('secretId', 'AKIDexample');
    await write('secretKey', 'wrong');
    const world = await aWorld(find());
    world.cloud.replies('DescribeListeners', refused);
    const error: unknown = await world.clb.describeListeners('lb-1', signal).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'credentials', code: 'AuthFailure.SignatureFailure' });
    expect((error as Error).message).toContain(`correct it in the folder ${folder}`);
    expect((error as Error).message).not.toContain('AKIDexample');
    expect(world.cloud.requests).toHaveLength(1);
  });

  test('without credentials fails at its first call and works once there are some', async () => {
    const clock = createVirtualClock();
    const world = await aWorld(find({}, clock));
    world.cloud.replies('DescribeListeners', noListeners);
    await expect(world.clb.describeListeners('lb-1', signal)).rejects.toMatchObject({ code: 'NoCredentials' });
    await write('secretId', 'an-id');
    await write('secretKey', 'a-key');
    clock.advance(1000);
    expect(await world.clb.describeListeners('lb-1', signal)).toEqual([]);
  });
});
