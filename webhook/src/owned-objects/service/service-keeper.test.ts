import { createMemoryApi, type MemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createServiceKeeper, type ServiceKeeper } from './service-keeper.ts';

const path = '/api/v1/namespaces/ns/services/hook';
const { signal } = new AbortController();

type Json = Record<string, unknown>;

let api: MemoryApi;
let hasPods: boolean;
let keeper: ServiceKeeper;
beforeEach(() => {
  hasPods = true;
  api = createMemoryApi();
  const o = { api, name: 'hook', namespace: 'ns', fieldManager: 'test', hasPods: () => Promise.resolve(hasPods) };
  keeper = createServiceKeeper(o);
});

async function check(): Promise<readonly string[]> {
  const object = await keeper.read(signal);
  if (object.drifts.length > 0) expect((await object.repair(signal)).left).toEqual([]);
  return object.drifts;
}

function spec(): Json {
  return JSON.parse(JSON.stringify(api.objects.get(path)?.['spec'] ?? {})) as Json;
}

function edit(changed: Json): void {
  api.objects.set(path, { metadata: {}, ...api.objects.get(path), spec: { ...spec(), ...changed } });
}

const port = { name: 'https', port: 443, targetPort: 'https', protocol: 'TCP' };

describe('the Service', () => {
  test('is made when it is missing, and then left alone', async () => {
    expect(await check()).toEqual(['missing']);
    expect(spec()).toMatchObject({ selector: { 'app.kubernetes.io/name': 'clb-direct-webhook' }, ports: [port] });
    expect(await check()).toEqual([]);
  });

  test.each<[string, Json, string]>([
    ['another selector', { selector: { a: 'b' } }, 'selector'],
    ['a narrower selector', { selector: { 'app.kubernetes.io/name': 'clb-direct-webhook', a: 'b' } }, 'selector'],
    ['another target port', { ports: [{ ...port, targetPort: 1 }] }, 'port'],
    ['another port', { ports: [{ ...port, port: 444 }] }, 'port'],
    ['no port', { ports: [] }, 'port'],
    ['another type', { type: 'ExternalName', externalName: 'x.example' }, 'type'],
    ['traffic kept on the node', { internalTrafficPolicy: 'Local' }, 'internalTrafficPolicy'],
  ])('with %s is repaired', async (_, changed, drift) => {
    await check();
    const before = spec();
    edit(changed);
    expect(await check()).toEqual([drift]);
    expect(spec()).toMatchObject(before);
    expect(spec()['selector']).toEqual(before['selector']);
  });

  test('without an address of its own is replaced, as API servers cannot reach it', async () => {
    await check();
    const before = spec();
    edit({ clusterIP: 'None', clusterIPs: ['None'] });
    expect(await check()).toEqual(['clusterIP']);
    expect(spec()).toEqual(before);
    expect(await check()).toEqual([]);
  });

  test('keeps what others add', async () => {
    await check();
    edit({
      clusterIP: '10.0.0.1',
      ports: [
        { name: 'more', port: 9090, protocol: 'TCP' },
        { ...port, nodePort: 30_000 },
      ],
    });
    expect(await check()).toEqual([]);
    edit({ internalTrafficPolicy: 'Local' });
    await check();
    expect(spec()).toMatchObject({ clusterIP: '10.0.0.1', ports: [{ name: 'more' }, { ...port, nodePort: 30_000 }] });
  });

  test('of a webhook that is no pod is left alone', async () => {
    hasPods = false;
    expect(await check()).toEqual([]);
    edit({ ports: [] });
    expect(await check()).toEqual([]);
  });
});
