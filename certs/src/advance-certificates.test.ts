import { KubeError, type KubeCall } from '@clb-direct/shared/kube/client/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCertificateKeeper } from './advance-certificates.ts';
import type { AdvanceOptions, CertificateKeeper } from './certificate-keeper.ts';
import { webhookHostName, webhookHostNames } from './host-names.ts';
import { inspectMaterial } from './inspect-material.ts';
import { issueCa, type MakeKeys } from './issue-certificates.ts';
import { defaultPolicy } from './material.ts';
import { isSameBundle, readCertificates } from './pem.ts';
import { requestPatch, type RotationRequest } from './rotation/request.ts';
import type { StoredCertificates } from './secret-format.ts';
import { openSecretStore } from './secret-store.ts';
import { poolOfKeys } from './testing/certificate-world.ts';
import { createMemoryApi, type MemoryApi } from './testing/memory-api.ts';

const path = '/api/v1/namespaces/ns/secrets/certs';
const log = createLogger({ program: 'test', level: 'silent' });
const signal = new AbortController().signal;
const held = { signal, isHeld: () => true };
const day = 24 * 3_600_000;
const settings = { publishMs: 1_000, settleMs: 60_000, source: 'own' } as const;

let makeKeys: MakeKeys;
beforeAll(() => {
  makeKeys = poolOfKeys(7);
});

let api: MemoryApi;
let memory: StoredCertificates | undefined;
let nowMs: number;
let trusted: string;
let verifies: boolean;
let keeper: CertificateKeeper;
beforeEach(() => {
  api = createMemoryApi();
  memory = undefined;
  nowMs = Date.UTC(2026, 10, 21);
  trusted = '';
  verifies = true;
  keeper = keeperOf();
});

function keeperOf(changed: Partial<AdvanceOptions> = {}): CertificateKeeper {
  return createCertificateKeeper({
    store: openSecretStore({ api, namespace: 'ns', name: 'certs', fieldManager: 'test' }),
    hostName: webhookHostName('hook', 'ns'),
    hostNames: webhookHostNames('hook', 'ns'),
    policy: defaultPolicy,
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    settings,
    memory: () => memory,
    publishedBundle: () => Promise.resolve(trusted),
    seeReplicas: () => Promise.resolve([{ pod: 'one', verifies }]),
    log,
    makeKeys,
    ...changed,
  });
}

/** One step, after which the registration and this replica have followed. */
async function advance() {
  const advanced = await keeper.advance(held);
  trusted = advanced.bundle;
  memory = advanced.secret.stored;
  return advanced;
}

/** Steps until nothing more happens; what was done, in order. */
async function settle(): Promise<(string | undefined)[]> {
  const steps: (string | undefined)[] = [];
  for (let idle = 0; idle < 4; nowMs += 20_000) {
    const { step } = await advance();
    idle = step === undefined ? idle + 1 : 0;
    if (step !== undefined && step !== 'note') steps.push(step);
  }
  return steps;
}

async function ask(request: Partial<RotationRequest>, ca?: Parameters<typeof requestPatch>[1]): Promise<void> {
  const body = requestPatch({ id: 'r1', kind: 'ca', reason: 'a test', ...request }, ca);
  await api.call({ method: 'PATCH', path, body, signal });
}

function isSound({ material }: StoredCertificates): boolean {
  const { ca, leaf } = inspectMaterial(material, 'hook.ns.svc');
  return ca.problems.length === 0 && leaf.problems.length === 0;
}

function writes(): KubeCall[] {
  return api.calls.filter(({ method }) => method !== 'GET');
}

function changeData(data: Record<string, unknown>): void {
  const secret = api.objects.get(path);
  if (secret !== undefined) api.objects.set(path, { ...secret, data: { ...(secret['data'] as object), ...data } });
}

describe('the Secret', () => {
  test('is made when it is missing, and then left alone', async () => {
    const made = await advance();
    expect(made).toMatchObject({ step: 'emergency', phase: 'stable', reason: 'there was no Secret', isRepair: false });
    expect(isSound(made.secret.stored)).toBe(true);
    expect(api.objects.get(path)).toMatchObject({ type: 'Opaque', metadata: { name: 'certs', namespace: 'ns' } });
    await advance();
    const before = writes().length;
    expect(await advance()).not.toHaveProperty('step');
    expect(writes()).toHaveLength(before);
  });

  test('gets a new leaf under the same CA when only the leaf is broken', async () => {
    const first = await advance();
    memory = undefined;
    changeData({ 'tls.key': Buffer.from('garbage').toString('base64') });
    const second = await advance();
    expect(second).toMatchObject({ step: 'renew-leaf', reason: 'tls.key cannot be read as PEM' });
    expect(second.bundle).toBe(first.bundle);
    expect(isSound(second.secret.stored)).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ['emptied', { 'ca.crt': '', 'ca.key': '', 'tls.crt': '', 'tls.key': '' }],
    ['filled with garbage', { 'ca.crt': 'Z2FyYmFnZQ==', 'ca.key': 'Z2FyYmFnZQ==', 'tls.crt': 'Z2FyYmFnZQ==' }],
  ])('is created again when it was %s; other keys in it stay, and so does what is trusted', async (_, data) => {
    const first = await advance();
    memory = undefined;
    verifies = false;
    changeData({ ...data, other: 'eA==' });
    const repaired = await advance();
    expect(repaired).toMatchObject({ step: 'emergency', phase: 'settling', isRepair: true });
    expect(repaired.bundle).toContain(first.bundle);
    expect(isSound(repaired.secret.stored)).toBe(true);
    expect(api.objects.get(path)).toMatchObject({ data: { other: 'eA==' } });
  });

  test('that was lost for good is created again without harm to replicas that serve from memory', async () => {
    const { bundle } = await advance();
    memory = undefined;
    api.objects.clear();
    const lost = await keeper.advance(held);
    expect(lost).toMatchObject({ step: 'publish', phase: 'published', reason: 'there was no Secret' });
    expect(lost.secret.stored.material).toMatchObject({ chain: '', leafKey: '' });
    expect(lost.bundle.startsWith(bundle)).toBe(true);
    expect(await settle()).toEqual(['switch', 'finish']);
    expect(isSound((await advance()).secret.stored)).toBe(true);
  });

  test('without the key of its CA is served until API servers trust another one', async () => {
    const first = await advance();
    memory = undefined;
    changeData({ 'ca.key': '' });
    const next = await keeper.advance(held);
    expect(next).toMatchObject({ step: 'publish', phase: 'published', reason: 'ca.key is missing' });
    expect(next.secret.stored.material.chain).toBe(first.secret.stored.material.chain);
    expect(await settle()).toEqual(['switch', 'finish']);
  });

  test('from an old backup gives way to what is served', async () => {
    const first = await advance();
    const backup = api.objects.get(path);
    await ask({});
    await settle();
    const served = memory;
    api.objects.set(path, { ...backup, metadata: { ...backup?.metadata, resourceVersion: 'by hand' } });
    expect((await advance()).step).toBe('restore');
    expect(memory?.material).toEqual(served?.material);
    expect(memory?.material.bundle).not.toBe(first.bundle);
  });

  test('comes back with the same bytes when it was deleted while we serve', async () => {
    const first = await advance();
    await advance();
    api.objects.delete(path);
    const restored = await advance();
    expect(restored.step).toBe('restore');
    expect(restored.secret.stored.material).toEqual(first.secret.stored.material);
  });

  test('that another replica has filled in the meantime wins', async () => {
    const rival = createMemoryApi();
    const store = openSecretStore({ api: rival, namespace: 'ns', name: 'certs', fieldManager: 'test' });
    const theirs = (await keeperOf({ store }).advance(held)).secret.stored;
    api.before = ({ method }) => {
      const filled = rival.objects.get(path);
      if (method === 'PATCH' && !api.objects.has(path) && filled !== undefined) api.objects.set(path, filled);
    };
    const { secret } = await advance();
    expect(isSameBundle(secret.stored.material.bundle, theirs.material.bundle)).toBe(true);
  });

  test('that changed since it was read is not overwritten', async () => {
    await advance();
    memory = undefined;
    changeData({ 'tls.crt': '' });
    api.before = ({ method }) => {
      const secret = api.objects.get(path);
      if (method !== 'PATCH' || secret === undefined) return;
      api.objects.set(path, { ...secret, metadata: { ...secret.metadata, resourceVersion: 'newer' } });
    };
    await expect(advance()).rejects.toMatchObject({ status: 409 });
    expect(api.objects.get(path)).toMatchObject({ data: { 'tls.crt': '' } });
  });

  test.each<[string, () => void]>([
    ['the registration has still a CA', () => api.objects.clear()],
    ['only notes are left in the Secret', () => (trusted = '')],
    [
      'another program has filled the Secret',
      () => {
        trusted = '';
        const metadata = { name: 'certs', uid: 'u', resourceVersion: '1' };
        api.objects.set(path, { metadata, data: { 'ca.crt': 'Z2FyYmFnZQ==' } });
      },
    ],
  ])('is no first one when %s', async (_, happen) => {
    await advance();
    memory = undefined;
    verifies = false;
    changeData({ 'ca.crt': '', 'ca.key': '', 'tls.crt': '', 'tls.key': '' });
    happen();
    expect(await keeper.advance(held)).toMatchObject({ step: 'emergency', isRepair: true });
  });

  test('that cannot be changed is deleted and created again', async () => {
    api.objects.set(path, { immutable: true, metadata: { name: 'certs', uid: 'u', resourceVersion: '1' } });
    api.before = ({ method }) => {
      const isFrozen = api.objects.get(path)?.['immutable'] === true;
      if (method === 'PATCH' && isFrozen) throw new KubeError({ status: 422, reason: 'Invalid', message: 'immutable' });
    };
    await expect(advance()).rejects.toMatchObject({ status: 422 });
    expect((await advance()).step).toBe('emergency');
  });

  test('is not written without the Lease', async () => {
    await expect(keeper.advance({ signal, isHeld: () => false })).rejects.toThrow('Lease was lost');
    expect(writes()).toHaveLength(0);
  });
});

describe('a rotation', () => {
  test('of the CA that is requested goes through every phase and ends with the new CA alone', async () => {
    const first = await advance();
    await ask({});
    expect(await settle()).toEqual(['publish', 'switch', 'finish']);
    const last = await advance();
    expect(readCertificates(last.bundle)).toHaveLength(1);
    expect(isSameBundle(last.bundle, first.bundle)).toBe(false);
    expect(last.secret.stored).toMatchObject({ request: '', rotation: { lastRequest: 'r1', reason: 'a test' } });
    expect(isSound(last.secret.stored)).toBe(true);
  });

  test('serves nothing under the next CA before the registration was read back with it', async () => {
    const first = await advance();
    await ask({});
    await keeper.advance(held);
    nowMs += day;
    expect(await keeper.advance(held)).toMatchObject({ phase: 'published' });
    trusted = first.bundle;
    nowMs += day;
    expect(await keeper.advance(held)).toMatchObject({ phase: 'published' });
  });

  test('keeps the old CA while one replica was not seen serving under the new one', async () => {
    await advance();
    await ask({});
    verifies = false;
    expect(await settle()).toEqual(['publish', 'switch']);
    nowMs += 365 * day * 0.3;
    expect(await advance()).toMatchObject({ phase: 'settling' });
    verifies = true;
    expect(await settle()).toEqual(expect.arrayContaining(['finish']));
  });

  test('does not end because a clock leaps over the settle time', async () => {
    let leapMs = 0;
    keeper = keeperOf({ monotonicMs: () => nowMs - leapMs });
    await advance();
    await ask({});
    for (const step of ['publish', undefined, 'switch']) {
      expect((await advance()).step).toBe(step);
      nowMs += 2_000;
    }
    nowMs += day;
    leapMs += day;
    await advance();
    expect(await advance()).toMatchObject({ phase: 'settling' });
    nowMs += 11_000;
    expect((await advance()).step).toBe('finish');
  });

  test('that was asked for twice with one id happens once', async () => {
    await advance();
    await ask({});
    await settle();
    await ask({});
    expect(await settle()).toEqual([]);
  });

  test('joins the one that runs', async () => {
    await advance();
    await ask({ id: 'first' });
    await advance();
    await ask({ id: 'second' });
    expect(await settle()).toEqual(['switch', 'finish']);
    expect(memory?.rotation.lastRequest).toBe('second');
  });

  test('of the leaf keeps the CA', async () => {
    const first = await advance();
    await ask({ kind: 'leaf' });
    expect(await settle()).toEqual(['renew-leaf']);
    expect(memory?.material.bundle).toBe(first.bundle);
    expect(memory?.material.chain).not.toBe(first.secret.stored.material.chain);
  });

  test('continues from the same place under another leader, and after the Secret was deleted in it', async () => {
    await advance();
    await ask({});
    expect((await advance()).phase).toBe('published');
    keeper = keeperOf();
    api.objects.delete(path);
    expect(await settle()).toEqual(['restore', 'switch', 'finish']);
  });

  test('begins by itself at a third of life left: the leaf first, then the CA', async () => {
    await advance();
    nowMs += 70 * day;
    expect(await settle()).toEqual(['renew-leaf']);
    nowMs += 190 * day;
    expect(await settle()).toEqual(expect.arrayContaining(['publish', 'switch', 'finish']));
  });
});

describe('an imported CA', () => {
  test('takes over, and is not replaced by one of ours while it holds', async () => {
    await advance();
    const ca = await issueCa({ generation: 1, nowMs, policy: defaultPolicy });
    await ask({ kind: 'import' }, ca);
    expect(await settle()).toEqual(['publish', 'switch', 'finish']);
    expect(isSameBundle(memory?.material.bundle ?? '', ca.certificate)).toBe(true);
    nowMs += 300 * day;
    expect(await settle()).not.toContain('publish');
    expect((await advance()).warnings).toEqual([expect.stringContaining('the imported CA ends')]);
  });

  test.each([
    ['is no CA', { certificate: 'garbage', key: '' }, 'cannot be read'],
    ['has no key', { certificate: undefined, key: '' }, 'key cannot be read'],
  ])('and that %s is refused with a reason', async (_, broken, words) => {
    const first = await advance();
    const ca = await issueCa({ generation: 1, nowMs, policy: defaultPolicy });
    await ask({ kind: 'import' }, { certificate: broken.certificate ?? ca.certificate, key: broken.key });
    expect(await settle()).toEqual(['refuse']);
    expect(memory?.requestProblem).toContain(words);
    expect((await advance()).warnings).toEqual([]);
    expect(memory?.material).toEqual(first.secret.stored.material);
  });
});

test.each([
  'not json',
  '{"id":"x","kind":"everything"}',
  '{"kind":"ca"}',
  '{"id":"x","kind":"ca","settleMs":9007199254740991}',
  '[]',
])('The request %j is refused, and nothing else happens.', async (text) => {
  const first = await advance();
  const metadata = { annotations: { 'clb-direct.io/rotate': text } };
  await api.call({ method: 'PATCH', path, body: { metadata }, signal });
  expect(await settle()).toEqual(['refuse']);
  expect(memory).toMatchObject({ request: '', material: first.secret.stored.material });
});

test('A CA published beside the one of another issuer is a repair; one that was asked for is none.', async () => {
  await settle();
  await ask({});
  expect(await advance()).toMatchObject({ step: 'publish', isRepair: false });
  await settle();
  memory = undefined;
  changeData({ 'ca.key': '' });
  expect(await keeper.advance(held)).toMatchObject({ step: 'publish', isRepair: true });
});

describe('with another issuer', () => {
  beforeEach(() => {
    keeper = keeperOf({ settings: { ...settings, source: 'secret' } });
  });

  test('nothing is written, and the CA before stays trusted until all serve under the new one', async () => {
    const own = keeperOf();
    trusted = (await own.advance(held)).bundle;
    const other = createMemoryApi();
    const store = openSecretStore({ api: other, namespace: 'ns', name: 'certs', fieldManager: 'test' });
    const theirs = await keeperOf({ store }).advance(held);
    api.objects.set(path, other.objects.get(path) ?? { metadata: {} });
    const before = writes().length;
    verifies = false;
    expect(readCertificates((await advance()).bundle)).toHaveLength(2);
    verifies = true;
    await advance();
    nowMs += settings.settleMs;
    expect((await advance()).bundle).toBe(theirs.bundle);
    expect(writes()).toHaveLength(before);
  });

  test('a missing Secret is its business', async () => {
    await expect(advance()).rejects.toThrow('issuer has to write');
  });
});
