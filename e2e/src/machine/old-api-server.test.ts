import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { V1MutatingWebhookConfiguration, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registrationName } from '@clb-direct/shared/domain/names.ts';
import { podTemplate } from '../support/manifests.ts';
import { gatesOf } from '../support/pods.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';
import { until } from '../support/until.ts';

// The webhook as a process beside a real API server: the oldest that we build, and the newest.
const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../../..');
const namespace = 'clb-direct';
const checkMs = 500;

/** What kube-proxy would do, if it ran: calls to a Service's address go to the process on the node. */
const services = `table ip e2e_services { chain out { type nat hook output priority -100;
  ip daddr 10.96.0.0/16 ip daddr != 10.96.0.1 tcp dport 443 dnat to 10.0.0.10:8443; }; }`;

const settings = {
  CLUSTER_ID: 'cls-e2e00001',
  REGION: 'ap-guangzhou',
  VPC_ID: 'vpc-e2e00001',
  POD_NAMESPACE: namespace,
  POD_NAME: 'a-process',
  REGISTRATION_CHECK_MS: String(checkMs),
  DRAIN_MS: '0',
  PRE_STOP_SLEEP: 'all',
};

describe.each(['1.24', '1.36'] as const)('On an API server of Kubernetes %s', (version) => {
  const name = `e2e-api-${version.replace('.', '-')}-${process.pid}`;
  let logPath: string;
  let webhook: ChildProcess | undefined;

  const cluster = async (...args: readonly string[]) => script('cluster', args);
  const kubectl = async (args: readonly string[], manifest?: unknown) =>
    script('kubectl', ['--cluster', name, ...args], manifest === undefined ? '' : JSON.stringify(manifest));
  const read = async <T>(...args: readonly string[]) =>
    JSON.parse((await kubectl(['get', ...args, '--ignore-not-found', '-o', 'json'])) || 'null') as T | null;
  const registration = async () =>
    read<V1MutatingWebhookConfiguration>('mutatingwebhookconfiguration', registrationName);
  const entry = async () => (await registration())?.webhooks?.[0];

  const createPod = async (pod: string, annotations: Readonly<Record<string, string>> = {}) => {
    const { metadata, spec } = podTemplate({ app: pod });
    const annotated = { ...metadata, name: pod, annotations: { ...metadata.annotations, ...annotations } };
    await kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'Pod', metadata: annotated, spec });
    const made = await read<V1Pod>('pod', pod);
    return made === null ? 0 : gatesOf(made).length;
  };

  beforeAll(async () => {
    logPath = join(temporaryFolder('clb-direct-old'), 'webhook.log');
    await cluster('up', '--name', name, '--control-plane-only', '--kubernetes', version);
    await cluster('exec', '--name', name, '--', 'nft', services);
    await kubectl(['create', 'namespace', namespace]);
    await kubectl(['apply', '-f', join(root, 'manifests/base/webhook/service.yaml')]);
    webhook = start(name, await kubeconfigOf(name), logPath);
    await until('the registration', entry, (seen) => seen?.clientConfig.caBundle !== undefined, 60_000).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}; the webhook says:\n${readFileSync(logPath, 'utf8')}`);
      },
    );
  });

  afterAll(async () => {
    if (webhook?.exitCode === null) {
      webhook.kill('SIGTERM');
      await once(webhook, 'exit');
    }
    await cluster('down', '--name', name);
  });

  test('an ENI pod gets the gate, and one that opted out does not.', async () => {
    const gates = async () => createPod(`yes-${Math.random().toString(36).slice(2, 8)}`);
    await until('the API server to call the webhook', gates, (count) => count === 1, 20_000);
    expect(await createPod('no', { 'clb-direct.io/gate': 'off' })).toBe(0);
  });

  test(`a new pod ${version === '1.24' ? 'is created without' : 'gets'} a preStop sleep.`, async () => {
    await createPod('sleeps');
    const sleeps = (await read<V1Pod>('pod', 'sleeps'))?.spec?.containers.map(({ lifecycle }) => lifecycle?.preStop);
    // Of the grace period of 20 s, 5 s stay for the application.
    expect(sleeps).toEqual([version === '1.24' ? undefined : { sleep: { seconds: 15 } }]);
  });

  test(`the registration has ${version === '1.24' ? 'no matchConditions' : 'matchConditions'}.`, async () => {
    const names = (await entry())?.matchConditions?.map((condition) => condition.name);
    if (version === '1.24') expect(names).toBeUndefined();
    else expect(names).toContain('eni-pod');
  });

  test('the registration settles: many checks later it has not been written again.', async () => {
    const before = (await registration())?.metadata?.resourceVersion;
    await sleep(10 * checkMs);
    expect((await registration())?.metadata?.resourceVersion).toBe(before);
    expect(readFileSync(logPath, 'utf8')).not.toContain('"level":"error"');
  });

  test('an edited registration is repaired, and settles again.', async () => {
    const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/timeoutSeconds', value: 29 }]);
    await kubectl(['patch', 'mutatingwebhookconfiguration', registrationName, '--type=json', '-p', patch]);
    const repaired = await until('the repair', registration, (seen) => seen?.webhooks?.[0]?.timeoutSeconds === 5);
    await sleep(4 * checkMs);
    expect((await registration())?.metadata?.resourceVersion).toBe(repaired?.metadata?.resourceVersion);
  });
});

async function script(program: 'cluster' | 'kubectl', args: readonly string[], input = ''): Promise<string> {
  const running = execute(join(root, 'scripts', program), args, { timeout: 1_200_000, maxBuffer: 2 ** 24 });
  running.child.stdin?.end(input);
  return (await running).stdout;
}

async function kubeconfigOf(name: string): Promise<string> {
  const { kubeconfig } = JSON.parse(await script('cluster', ['status', '--name', name, '--json'])) as {
    kubeconfig: string;
  };
  return kubeconfig;
}

function start(name: string, kubeconfig: string, logPath: string): ChildProcess {
  const env = Object.entries({ ...settings, KUBECONFIG: kubeconfig }).map(([key, value]) => `${key}=${value}`);
  const command = ['env', ...env, process.execPath, join(root, 'webhook/src/main.ts')];
  const log = openSync(logPath, 'a');
  const args = ['exec', '--name', name, '--', ...command];
  return spawn(join(root, 'scripts/cluster'), args, { stdio: ['ignore', log, log] });
}
