import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, expect, test } from '@jest/globals';
import type { Summary } from '../call-log/summary.ts';
import type { EmulatorOptions } from '../options/options.ts';
import { defaultSwitches } from '../runtime/switches.ts';
import {
  eventually,
  refusalOf,
  startBackend,
  startTestEmulator,
  waitForTask,
  type TestEmulator,
} from '../testing/test-emulator.ts';
import { readCertificateFile } from './certificate-file.ts';
import { createMadeCertificates } from './made-certificates.ts';
import { askAt, freePort, vip } from './testing/test-proxy.ts';

const id = 'lb-proxied1';
let emulator: TestEmulator;
const closers: (() => void)[] = [];
afterEach(async () => {
  await emulator.close();
  closers.splice(0).forEach((close) => close());
});

/** A listener of a load balancer on this machine, made by the SDK, with one rule and one target. */
async function start(options: EmulatorOptions = {}, listener: object = { Protocol: 'HTTP' }) {
  const loadBalancers = [{ id, vip, vpcId: 'vpc-local001' }];
  emulator = await startTestEmulator({ forwarding: 'proxy', loadBalancers, ...options });
  const { sdk } = emulator;
  const port = await freePort();
  const backend = await startBackend(204);
  closers.push(() => backend.server.close());
  const made = await sdk.CreateListener({ LoadBalancerId: id, Ports: [port], Protocol: 'HTTPS', ...listener });
  await waitForTask(sdk, made.RequestId);
  const [ListenerId = ''] = made.ListenerIds ?? [];
  const on = { LoadBalancerId: id, ListenerId };
  const rule = { Domain: 'a.example', Url: '/', HealthCheck: { HealthSwitch: 0 } };
  const rules = await sdk.CreateRule({ ...on, Rules: [rule] });
  await waitForTask(sdk, rules.RequestId);
  const Targets = [{ EniIp: '127.0.0.1', Port: backend.port }];
  const place = { ...on, Domain: 'a.example', Url: '/', Targets };
  const bound = await sdk.RegisterTargets(place);
  await waitForTask(sdk, bound.RequestId);
  return { ask: async () => (await askAt(port, 'a.example')).status, port, place, backend };
}
const shows = (certificate: string) => ({ Certificate: { SSLMode: 'UNIDIRECTIONAL', CertId: certificate } });

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
/** The proxy's process that this one started. */
function proxyPid(): number {
  const pid = readdirSync('/proc').find(
    (name) =>
      read(`/proc/${name}/cmdline`).includes('proxy-process') &&
      read(`/proc/${name}/status`).includes(`PPid:\t${process.pid}\n`),
  );
  if (pid === undefined) throw new Error('no proxy runs');
  return Number(pid);
}

test('what the SDK makes carries traffic when its tasks have ended', async () => {
  const { ask, backend } = await start();
  expect(await ask()).toBe(204);
  expect(backend.seen).toEqual(['GET a.example/']);
}, 30_000);

test('requests are counted in the call log', async () => {
  const { ask, backend } = await start();
  for (let count = 0; count < 3; count++) await ask();
  const { body } = await eventually(async () => {
    const answer = await emulator.admin<Summary>('GET', '/call-sums');
    return answer.body.connections.some(({ total }) => total === 3) && answer;
  });
  expect(body.connections).toEqual([
    expect.objectContaining({ loadBalancerId: id, ip: '127.0.0.1', port: backend.port, total: 3 }),
  ]);
  expect(body.connections[0]?.ruleId).toMatch(/^loc-/);
}, 30_000);

test('a weight counts when the task that sets it has ended', async () => {
  const { ask, place } = await start();
  for (const [Weight, status] of [
    [0, 503],
    [5, 204],
    [0, 503],
  ] as const) {
    const { RequestId } = await emulator.sdk.ModifyTargetWeight({ ...place, Weight });
    await waitForTask(emulator.sdk, RequestId);
    expect(await ask()).toBe(status);
  }
}, 30_000);

test('a certificate is shown by its id; an unknown id needs a switch', async () => {
  const { cert, key } = await createMadeCertificates().leafFor('given.example');
  const certificates = { 'cert-given': { name: 'given', certificate: cert, privateKey: key } };
  const { port } = await start({ certificates }, shows('cert-given'));
  const names = await new Promise((resolve, reject) => {
    const socket = connectTls({ host: vip, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
    socket.on('error', reject);
  });
  expect(names).toBe('DNS:given.example');
  const request = { LoadBalancerId: id, Ports: [1], Protocol: 'HTTPS', ...shows('cert-other') };
  expect((await refusalOf(emulator.sdk.CreateListener(request))).code).toBe('InvalidParameterValue');
}, 30_000);

test('with the switch anyCertificate one is made for any id', async () => {
  const { port } = await start({ switches: { ...defaultSwitches, anyCertificate: true } }, shows('cert-any'));
  expect((await askAt(port, 'a.example', '/', { tls: true })).status).toBe(204);
}, 30_000);

test('a proxy that ends by itself is started again', async () => {
  const problems: string[] = [];
  const { ask } = await start({ report: (problem) => void problems.push(problem) });
  process.kill(proxyPid(), 'SIGKILL');
  await eventually(async () => (await ask().catch(() => 0)) === 204, 20_000);
  expect(problems).toContain('the proxy ended');
}, 30_000);

test('certificates are read from a list of texts and files', async () => {
  emulator = await startTestEmulator();
  const folder = mkdtempSync(join(tmpdir(), 'clb-certificates-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'one.pem'), 'from a file');
  const text = '-----BEGIN CERTIFICATE-----';
  const entries = [
    { id: 'a', certificate: text, privateKey: 'one.pem' },
    { id: 'ca', name: 'mine', certificate: 'one.pem' },
  ];
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ certificates: entries }));
  expect(readCertificateFile(join(folder, 'list.json'))).toEqual({
    a: { name: 'a', certificate: text, privateKey: 'from a file' },
    ca: { name: 'mine', certificate: 'from a file', privateKey: undefined },
  });
});
