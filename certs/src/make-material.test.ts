import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { webhookHostName, webhookHostNames } from './host-names.ts';
import { inspectMaterial } from './inspect-material.ts';
import { composeBundle, makeEverything, renewLeaf } from './make-material.ts';
import { defaultPolicy, type Material } from './material.ts';
import { isSameBundle, readCertificates } from './pem.ts';

const nowMs = Date.now();
const hostName = webhookHostName('hook', 'ns');
const order = { hostNames: webhookHostNames('hook', 'ns'), hostName, nowMs, policy: defaultPolicy, trusted: [] };

let first: Material;
let second: Material;
beforeAll(async () => {
  first = await makeEverything({ ...order, generation: 1 });
  second = await makeEverything({ ...order, generation: 2, previous: first });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Whether a client that trusts only this bundle accepts what the material serves. */
async function isAccepted(served: Material, trusted: string): Promise<boolean> {
  const server = createServer({ cert: served.chain, key: served.leafKey, minVersion: 'TLSv1.3' });
  servers.push(server.on('tlsClientError', () => undefined).on('secureConnection', (socket) => socket.end()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, ca: trusted, servername: hostName });
  const accepted = await Promise.race([
    once(socket, 'secureConnect').then(() => true),
    once(socket, 'close').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return accepted;
}

function caOf(material: Material): string {
  return String(readCertificates(material.bundle)?.[0]);
}

describe('a new CA while the old one can still sign', () => {
  test('keeps the old CA trusted, behind the new one', () => {
    expect(inspectMaterial(second, hostName)).toMatchObject({ ca: { problems: [] }, leaf: { problems: [] } });
    expect(isSameBundle(second.bundle, caOf(first) + caOf(second))).toBe(true);
    expect(caOf(second)).not.toBe(caOf(first));
  });

  test('serves what clients accept that know only the old CA, only the new one, or both', async () => {
    await expect(isAccepted(second, first.bundle)).resolves.toBe(true);
    await expect(isAccepted(second, caOf(second))).resolves.toBe(true);
    await expect(isAccepted(second, second.bundle)).resolves.toBe(true);
    await expect(isAccepted(first, second.bundle)).resolves.toBe(true);
    await expect(isAccepted(first, caOf(second))).resolves.toBe(false);
  });

  test('still does so after the leaf alone was renewed', async () => {
    const renewed = await renewLeaf(second, order);
    expect(renewed.leafKey).not.toBe(second.leafKey);
    expect(renewed.bundle).toBe(second.bundle);
    await expect(isAccepted(renewed, first.bundle)).resolves.toBe(true);
    await expect(isAccepted(renewed, caOf(second))).resolves.toBe(true);
  });
});

test('an old CA that is broken or expired vouches for nothing', async () => {
  const broken = await makeEverything({ ...order, generation: 2, previous: { ...first, caKey: 'x' } });
  expect(readCertificates(broken.chain)).toHaveLength(1);
  const later = nowMs + 2 * defaultPolicy.caLifeMs;
  const late = await makeEverything({ ...order, nowMs: later, generation: 2, previous: first });
  expect(readCertificates(late.chain)).toHaveLength(1);
  expect(late.bundle).toBe(caOf(late));
});

describe('the bundle', () => {
  test('takes over CAs of other bundles, each once and four in all', async () => {
    const third = await makeEverything({ ...order, generation: 3, trusted: [second.bundle, first.bundle] });
    expect(isSameBundle(third.bundle, caOf(third) + caOf(second) + caOf(first))).toBe(true);
    const fourth = await makeEverything({ ...order, generation: 4, previous: third });
    const fifth = await makeEverything({ ...order, generation: 5, previous: fourth });
    expect(readCertificates(fifth.bundle)).toHaveLength(4);
    expect(fifth.bundle.startsWith(caOf(fifth))).toBe(true);
  });

  test('leaves out leaves, expired CAs and garbage', () => {
    const own = caOf(first);
    expect(composeBundle(own, [second.chain.split('-----END')[0] ?? '', 'x', first.chain], nowMs)).toBe(own);
    const end = new X509Certificate(own).validToDate.getTime();
    expect(composeBundle(own, [], end + 1)).toBe('');
  });
});
