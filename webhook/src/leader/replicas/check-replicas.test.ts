import { createServer, type Server } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { issueLeaf } from '@clb-direct/certs/issue-certificates.ts';
import { bringCa } from '@clb-direct/certs/testing/bring-ca.ts';
import { createMemoryApi } from '@clb-direct/certs/testing/memory-api.ts';
import { makeEverything } from '@clb-direct/certs/make-material.ts';
import { defaultPolicy, type Material } from '@clb-direct/certs/material.ts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { listReplicas } from './live-replicas.ts';
import { checkReplicas } from './check-replicas.ts';

const hostName = 'hook.ns.svc';
const order = { hostNames: [hostName], hostName, policy: defaultPolicy, trusted: [], generation: 1 };

let material: Material;
let other: Material;
beforeAll(async () => {
  material = await makeEverything({ ...order, nowMs: Date.now() });
  other = await makeEverything({ ...order, nowMs: Date.now() });
});

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer({ cert: material.chain, key: material.leafKey });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(() => void server.close());

describe('a handshake with a replica', () => {
  const replicas = [{ pod: 'a', ip: '127.0.0.1' }];
  const [self] = replicas;
  if (self === undefined) throw new Error('no replica');

  test('verifies under the CA that signed what it serves, and shows the leaf', async () => {
    const [handshake] = await checkReplicas({ replicas, self, port, hostName, ca: material.bundle });
    expect(handshake).toMatchObject({ pod: 'a', verifies: true });
    expect(handshake?.serial).toMatch(/^[0-9A-F]{20,}$/);
    expect((handshake?.notAfterMs ?? 0) - Date.now()).toBeGreaterThan(defaultPolicy.leafLifeMs - 60_000);
  });

  test('verifies under an intermediate CA that a person brought without its root', async () => {
    const ca = bringCa();
    const leaf = await issueLeaf({ hostNames: [hostName], nowMs: Date.now(), policy: defaultPolicy, ca });
    server.setSecureContext({ cert: leaf.certificate, key: leaf.key });
    const [handshake] = await checkReplicas({ replicas, self, port, hostName, ca: ca.certificate });
    expect(handshake).toMatchObject({ verifies: true });
  });

  test.each<[string, string, () => string]>([
    ['another CA', hostName, () => other.bundle],
    ['no CA', hostName, () => ''],
    ['another name', 'other.ns.svc', () => material.bundle],
  ])('under %s does not verify, and shows the leaf too', async (_, name, ca) => {
    const [handshake] = await checkReplicas({ replicas, self, port, hostName: name, ca: ca() });
    expect(handshake).toMatchObject({ pod: 'a', verifies: false });
    expect(handshake?.problem).toContain('is not trusted');
    expect(handshake?.serial).toBeDefined();
  });

  test('without an answer reports that', async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
    const [handshake] = await checkReplicas({ replicas, self, port, hostName, ca: material.bundle });
    expect(handshake).toMatchObject({ verifies: false });
    expect(handshake?.problem).toContain(`127.0.0.1 port ${port}`);
  });

  test('counts this process too when it is no pod', async () => {
    const handshakes = await checkReplicas({
      replicas,
      self: { ...self, pod: 'b' },
      port,
      hostName,
      ca: material.bundle,
    });
    expect(handshakes.map(({ pod }) => pod)).toEqual(['a', 'b']);
  });
});

test('live are the pods that have an address and a container that runs, ending ones too', async () => {
  const api = createMemoryApi();
  const running = [{ state: { running: {} } }];
  const pod = (name: string, status: object, more: object = {}) => ({ metadata: { name, ...more }, status });
  const items = [
    pod('a', { podIP: '10.0.0.1', containerStatuses: running }),
    pod('ending', { podIP: '10.0.0.2', containerStatuses: running }, { deletionTimestamp: '2026-11-21T00:00:00Z' }),
    pod('pending', { containerStatuses: [] }),
    pod('ended', { podIP: '10.0.0.3', containerStatuses: [{ state: { terminated: {} } }] }),
    pod('strange', {}),
  ];
  api.objects.set('/api/v1/namespaces/ns/pods', { metadata: {}, items });
  expect(await listReplicas(api, 'ns', new AbortController().signal)).toEqual([
    { pod: 'a', ip: '10.0.0.1' },
    { pod: 'ending', ip: '10.0.0.2' },
  ]);
  expect(api.calls[0]?.query).toEqual({ labelSelector: 'app.kubernetes.io/name=clb-direct-webhook' });
});
