import { KubeError, type KubeCall } from '@clb-direct/shared/kube/kube-api.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { ensureCertificates, type EnsureOptions } from './ensure-certificates.ts';
import { webhookHostName, webhookHostNames } from './host-names.ts';
import { inspectMaterial } from './inspect-material.ts';
import { judgeCertificates } from './judge-certificates.ts';
import { defaultPolicy } from './material.ts';
import { isSameBundle, readCertificates } from './pem.ts';
import type { StoredCertificates } from './secret-format.ts';
import { openSecretStore } from './secret-store.ts';
import { createMemoryApi, type MemoryApi } from './testing/memory-api.ts';

const path = '/api/v1/namespaces/ns/secrets/certs';
const log = createLogger({ program: 'test', level: 'silent' });
const signal = new AbortController().signal;
const held = { signal, isHeld: () => true };
const day = 24 * 3_600_000;

let api: MemoryApi;
let memory: StoredCertificates | undefined;
let nowMs: number;
beforeEach(() => {
  api = createMemoryApi();
  memory = undefined;
  nowMs = Date.UTC(2026, 10, 21);
});

function options(changed: Partial<EnsureOptions> = {}): EnsureOptions {
  return {
    store: openSecretStore({ api, namespace: 'ns', name: 'certs', fieldManager: 'test' }),
    hostName: webhookHostName('hook', 'ns'),
    hostNames: webhookHostNames('hook', 'ns'),
    policy: defaultPolicy,
    nowMs: () => nowMs,
    memory: () => memory,
    trustedBundle: () => Promise.resolve(''),
    log,
    ...changed,
  };
}

const ensure = (changed?: Partial<EnsureOptions>) => ensureCertificates(options(changed), held);

function isKept({ material }: StoredCertificates): boolean {
  return judgeCertificates(inspectMaterial(material, 'hook.ns.svc'), nowMs, defaultPolicy).kind === 'keep';
}

function writes(): KubeCall[] {
  return api.calls.filter(({ method }) => method !== 'GET');
}

function changeData(data: Record<string, unknown>): void {
  const secret = api.objects.get(path);
  if (secret !== undefined) api.objects.set(path, { ...secret, data: { ...(secret['data'] as object), ...data } });
}

test('a missing Secret is made, and then left alone', async () => {
  const made = await ensure();
  expect(made).toMatchObject({ repair: 'issue-everything' });
  expect(isKept(made.secret.stored)).toBe(true);
  expect(made.secret.stored.rotation).toEqual({
    phase: 'stable',
    phaseSince: '2026-11-21T00:00:00.000Z',
    generation: 1,
    reason: 'there was no Secret',
  });
  expect(api.objects.get(path)).toMatchObject({ type: 'Opaque', metadata: { name: 'certs', namespace: 'ns' } });
  const before = writes().length;
  expect(await ensure()).toEqual({ secret: made.secret });
  expect(writes()).toHaveLength(before);
});

test('a broken leaf alone is renewed under the same CA', async () => {
  const first = await ensure();
  changeData({ 'tls.key': Buffer.from('garbage').toString('base64') });
  const second = await ensure();
  expect(second.repair).toBe('issue-leaf');
  expect(second.secret.stored.material.bundle).toBe(first.secret.stored.material.bundle);
  expect(second.secret.stored.rotation).toMatchObject({ generation: 1, reason: 'tls.key cannot be read as PEM' });
  expect(isKept(second.secret.stored)).toBe(true);
});

test('a leaf near its end is renewed, then the CA near its end', async () => {
  const first = await ensure();
  nowMs += 70 * day;
  expect((await ensure()).repair).toBe('issue-leaf');
  nowMs += 200 * day;
  const last = await ensure();
  expect(last).toMatchObject({ repair: 'issue-everything', secret: { stored: { rotation: { generation: 2 } } } });
  expect(last.secret.stored.material.bundle).toContain(first.secret.stored.material.bundle);
});

test.each<[string, Record<string, unknown>]>([
  ['emptied', { 'ca.crt': '', 'ca.key': '', 'tls.crt': '', 'tls.key': '' }],
  ['filled with garbage', { 'ca.crt': 'Z2FyYmFnZQ==', 'ca.key': 'Z2FyYmFnZQ==', 'tls.crt': 'Z2FyYmFnZQ==' }],
])('a Secret that was %s is made anew, other keys and notes in it stay', async (_, data) => {
  await ensure();
  changeData({ ...data, other: 'eA==' });
  const healed = await ensure();
  expect(healed).toMatchObject({ repair: 'issue-everything', secret: { stored: { rotation: { generation: 2 } } } });
  expect(isKept(healed.secret.stored)).toBe(true);
  expect(api.objects.get(path)).toMatchObject({ data: { other: 'eA==' } });
});

test('a Secret deleted while we serve comes back with the same bytes', async () => {
  const first = await ensure();
  memory = first.secret.stored;
  api.objects.delete(path);
  const restored = await ensure();
  expect(restored.repair).toBe('restored');
  expect(restored.secret.stored).toEqual(first.secret.stored);
});

test('a new CA keeps what API servers trust now', async () => {
  const other = (await ensure()).secret.stored.material.bundle;
  api.objects.clear();
  const { secret } = await ensure({ trustedBundle: () => Promise.resolve(other) });
  expect(readCertificates(secret.stored.material.bundle)).toHaveLength(2);
  expect(secret.stored.material.bundle.endsWith(other)).toBe(true);
});

test('what another replica wrote in the meantime wins', async () => {
  const rival = createMemoryApi();
  const store = openSecretStore({ api: rival, namespace: 'ns', name: 'certs', fieldManager: 'test' });
  const theirs = (await ensure({ store })).secret.stored;
  api.before = ({ method }) => {
    const filled = rival.objects.get(path);
    if (method === 'PATCH' && !api.objects.has(path) && filled !== undefined) api.objects.set(path, filled);
  };
  const { secret } = await ensure();
  expect(isSameBundle(secret.stored.material.bundle, theirs.material.bundle)).toBe(true);
});

test('a write that meets a newer version is a conflict, and nothing is overwritten', async () => {
  await ensure();
  changeData({ 'tls.crt': '' });
  api.before = ({ method }) => {
    const secret = api.objects.get(path);
    if (method !== 'PATCH' || secret === undefined) return;
    api.objects.set(path, { ...secret, metadata: { ...secret.metadata, resourceVersion: 'newer' } });
  };
  await expect(ensure()).rejects.toMatchObject({ status: 409 });
  expect(api.objects.get(path)).toMatchObject({ data: { 'tls.crt': '' } });
});

test('a Secret that cannot be changed is deleted and made anew', async () => {
  api.objects.set(path, { immutable: true, metadata: { name: 'certs', uid: 'u', resourceVersion: '1' } });
  api.before = ({ method }) => {
    const isFrozen = api.objects.get(path)?.['immutable'] === true;
    if (method === 'PATCH' && isFrozen) throw new KubeError({ status: 422, reason: 'Invalid', message: 'immutable' });
  };
  await expect(ensure()).rejects.toMatchObject({ status: 422 });
  expect((await ensure()).repair).toBe('issue-everything');
});

test('nothing is written without the Lease', async () => {
  await expect(ensureCertificates(options(), { signal, isHeld: () => false })).rejects.toThrow('Lease was lost');
  expect(writes()).toHaveLength(0);
});
