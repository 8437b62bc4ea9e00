import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dataOf, makePair } from '@clb-direct/controller/testing/make-pair.ts';
import { startTestEmulator, type TestEmulator } from '@clb-direct/emulator/testing/test-emulator.ts';
import { ingressController } from '@clb-direct/shared/domain/ingress-names.ts';
import { openFakeCluster, type FakeCluster } from '@clb-direct/shared/testing/fake-cluster.ts';
import { freePort } from '@clb-direct/shared/testing/free-port.ts';
import { until } from '@clb-direct/shared/testing/until.ts';
import { piecesIn } from './testing/pieces.ts';
import { startRepeatingCloud, type RepeatingCloud } from './testing/repeating-cloud.ts';
import { flagsOf, programs } from './programs.ts';

/** The controller as its image starts it, with a private key that must be nowhere but in the upload. */
jest.setTimeout(240_000);
const root = resolve(import.meta.dirname, '../../..');
const pair = makePair({ kind: 'ec', notAfter: new Date('2126-01-01') });
const data = dataOf(pair);
let cluster: FakeCluster;
let emulator: TestEmulator;
let cloud: RepeatingCloud;
let child: ChildProcess;
let folder: string;
let opsPort = 0;
const said = { out: '', err: '' };

const objects: readonly (readonly [string, string, object])[] = [
  ['/apis/networking.k8s.io/v1/ingressclasses', 'clb-direct', { spec: { controller: ingressController } }],
  ['/api/v1/namespaces/shop/services', 'web', { spec: { ports: [{ port: 80 }], selector: { app: 'web' } } }],
  ['/api/v1/namespaces/shop/secrets', 'site', { type: 'kubernetes.io/tls', data }],
  [
    '/apis/networking.k8s.io/v1/namespaces/shop/ingresses',
    'site',
    {
      spec: {
        ingressClassName: 'clb-direct',
        tls: [{ hosts: ['a.example.com'], secretName: 'site' }],
        rules: [{ host: 'a.example.com', http: { paths: [aPath()] } }],
      },
    },
  ],
];

function aPath() {
  return { path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } };
}

beforeAll(async () => {
  [cluster, emulator, folder] = await Promise.all([
    openFakeCluster(),
    startTestEmulator(),
    mkdtemp(join(tmpdir(), 'key-leaks-')),
  ]);
  cloud = await startRepeatingCloud(emulator.apiPort);
  opsPort = await freePort();
  for (const [path, name, object] of objects) {
    const annotations = { 'kubernetes.io/ingress.existLbId': 'lb-local001' };
    const metadata = { name, annotations, creationTimestamp: '2026-01-01T00:00:00Z' };
    cluster.server.create(path, { metadata, ...object });
  }
  child = start();
});

afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await Promise.all([cloud.close(), cluster.close(), emulator.close()]);
  await rm(folder, { recursive: true });
});

/** What breaks it is not in it: a signal, in the midst of what it does. */
function start(): ChildProcess {
  const program = programs.find(({ name }) => name === 'controller');
  if (program === undefined) throw new Error('no controller');
  const breaking = "data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('broken by the test')})";
  const warnings = '--disable-warning=ExperimentalWarning';
  const flags = [...flagsOf(program), warnings, '--import', breaking, join(root, program.entry)];
  const started = spawn(join(root, 'node_modules/node/bin/node'), flags, {
    cwd: folder,
    env: {
      KUBECONFIG: cluster.server.kubeconfigPath,
      CLB_ENDPOINT: `http://127.0.0.1:${cloud.port}`,
      TENCENTCLOUD_SECRET_ID: 'local-id',
      TENCENTCLOUD_SECRET_KEY: 'local-key',
      CLUSTER_ID: 'cls-a1b2c3d4',
      REGION: 'ap-guangzhou',
      VPC_ID: 'vpc-local001',
      POD_NAMESPACE: 'clb-direct',
      POD_NAME: 'a-process',
      OPS_HOST: '127.0.0.1',
      OPS_PORT: String(opsPort),
      LOG_LEVEL: 'debug',
      TMPDIR: folder,
      HOME: folder,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  started.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  return started;
}

const metrics = async () => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
const written = () => cluster.server.requests.map(({ path, query, body }) => `${path}?${query.toString()} ${body}`);

/** As it was uploaded. */
function uploadedKey(): string {
  const { CertificatePrivateKey = '' } = JSON.parse(cloud.uploads()[0] ?? '{}') as { CertificatePrivateKey?: string };
  return CertificatePrivateKey;
}

/** Pieces of the key: as its owner wrote it, as the Secret has it, as the cloud gets it. */
const leaked = (text: string) =>
  [pair.key, data['tls.key'] ?? '', uploadedKey()].flatMap((key) => piecesIn(text, key, pair.certificate));

test('The cloud got the key, and repeated it in every refusal.', async () => {
  await until(() => cloud.uploads().length > cloud.ways, 200_000);
  expect(createPrivateKey(uploadedKey()).equals(createPrivateKey(pair.key))).toBe(true);
  expect(cloud.answers().filter((text) => leaked(text).length === 0)).toEqual([]);
  expect(cloud.answers()).toHaveLength(cloud.ways);
});

test('Neither the log, nor what is written to Kubernetes, nor the metrics have a piece of the key.', async () => {
  const told = 'Could not upload a certificate';
  expect([said.out.includes(told), written().some((text) => text.includes(told))]).toEqual([true, true]);
  const shown = [said.out, said.err, ...written(), await metrics()];
  expect(shown.flatMap(leaked)).toEqual([]);
});

test('No signal opens an inspector, by which the memory could be read.', async () => {
  child.kill('SIGUSR1');
  await new Promise((done) => setTimeout(done, 1_000));
  expect(said.err).toBe('');
  expect((await fetch(`http://127.0.0.1:${opsPort}/livez`)).status).toBe(200);
});

test('An error that nobody catches while the key is held ends the program, and shows none of it.', async () => {
  expect(cloud.isHolding()).toBe(true);
  const ended = once(child, 'close');
  child.kill('SIGUSR2');
  expect((await ended)[0]).toBe(1);
  expect(said.out).toContain('broken by the test');
  expect(leaked(said.out + said.err)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});
