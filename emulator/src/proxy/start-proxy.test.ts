import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { eventually, startBackend, startTestEmulator, waitForTask, type TestEmulator } from '../test-emulator.ts';
import { readCertificateFile } from './certificate-file.ts';

const vip = '127.0.0.8';
const id = 'lb-proxied1';
let emulator: TestEmulator;
const closers: (() => void)[] = [];
afterEach(async () => {
  await emulator.close();
  closers.splice(0).forEach((close) => close());
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, vip, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An HTTP listener of a load balancer on this machine, made by the SDK, with one rule and one target. */
async function start(problems: string[] = []) {
  emulator = await startTestEmulator({
    forwarding: 'proxy',
    loadBalancers: [{ id, vip, vpcId: 'vpc-local001' }],
    report: (problem) => void problems.push(problem),
  });
  const { sdk } = emulator;
  const port = await freePort();
  const backend = await startBackend(204);
  closers.push(() => backend.server.close());
  const made = await sdk.CreateListener({ LoadBalancerId: id, Ports: [port], Protocol: 'HTTP' });
  await waitForTask(sdk, made.RequestId);
  const [ListenerId = ''] = made.ListenerIds ?? [];
  const on = { LoadBalancerId: id, ListenerId };
  const rule = { Domain: 'a.example', Url: '/', HealthCheck: { HealthSwitch: 0 } };
  const rules = await sdk.CreateRule({ ...on, Rules: [rule] });
  await waitForTask(sdk, rules.RequestId);
  const Targets = [{ EniIp: '127.0.0.1', Port: backend.port }];
  const bound = await sdk.RegisterTargets({ ...on, Domain: 'a.example', Url: '/', Targets });
  await waitForTask(sdk, bound.RequestId);
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = get({ host: vip, port, agent: false, headers: { host: 'a.example' } });
      call.on('error', reject).on('response', (response) => resolve(response.resume().statusCode));
    });
  return { ask, backend };
}

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

test('a proxy that ends by itself is started again', async () => {
  const problems: string[] = [];
  const { ask } = await start(problems);
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
