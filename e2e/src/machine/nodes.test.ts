import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Place } from '@clb-direct/cluster/enter.ts';
import { cluster, exec, processesOf, script, statusOf } from '../support/local-cluster.ts';
import { podTemplate } from '../support/manifests.ts';
import { temporaryFolder } from '@clb-direct/shared/testing/temporary-folder.ts';
import { until } from '../support/until.ts';

// Two nodes; the only pod that serves is on the second.
const name = `e2e-nodes-${process.pid}`;
const [node1, node2] = ['10.0.0.10', '10.0.0.11'] as const;
const nodePorts = { everywhere: 30_080, local: 30_081, late: 30_082 } as const;

const kubectl = async (args: readonly string[], manifest = '') =>
  script('kubectl', ['--cluster', name, ...args], manifest);

const apply = async (manifest: unknown) => kubectl(['apply', '-f', '-'], JSON.stringify(manifest));

/** Runs a piece of JavaScript in a pod. */
const runInPod = async (app: string, program: string) =>
  (await kubectl(['exec', `deployment/${app}`, '--', '/nodejs/bin/node', '-e', program])).trim();

function onNode(app: string, node: string) {
  const spec = { nodeSelector: { 'kubernetes.io/hostname': node }, automountServiceAccountToken: true };
  const template = podTemplate({ app, annotations: {}, spec });
  const selector = { matchLabels: { app } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: app }, spec: { selector, template } };
}

function nodePortService(service: keyof typeof nodePorts, externalTrafficPolicy: 'Cluster' | 'Local') {
  const ports = [{ port: 80, nodePort: nodePorts[service] }];
  const spec = { type: 'NodePort', externalTrafficPolicy, selector: { app: 'web' }, ports };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: service }, spec };
}

/** Asks once, without a proxy between; undefined without an answer. */
async function ask(place: Place, host: string, port = 80): Promise<{ pod: string; client: string } | undefined> {
  const answer = exec(name, place, 'curl', '-s', '--max-time', '2', `http://${host}:${port}/`);
  return answer.then(
    (text) => JSON.parse(text) as { pod: string; client: string },
    () => undefined,
  );
}

/** kube-proxy follows a moment later. */
const untilAnswered = async (host: string, port: number) =>
  until(`${host}:${port} to answer`, async () => ask('client', host, port), Boolean, 20_000);

/** What a pod finds under a name, or the code of the error. */
async function lookUp(app: string, host: string): Promise<string> {
  const found = `dns.promises.lookup('${host}').then((at) => at.address, (error) => error.code)`;
  return runInPod(app, `${found}.then(console.log)`);
}

async function pidOfProxy(node: string): Promise<number> {
  const { stateDir } = await statusOf(name);
  const lines = (await processesOf(stateDir)).filter((line) => line.includes('/kube-proxy '));
  return Number.parseInt(lines.find((line) => line.includes(`--hostname-override=${node}`)) ?? '', 10);
}

/** The network namespaces in which there are processes, as the machine sees them. */
function livingNamespaces(): ReadonlySet<string> {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return new Set(pids.flatMap(namespaceOf));
}

function namespaceOf(pid: string): readonly string[] {
  try {
    return [readlinkSync(`/proc/${pid}/ns/net`)];
  } catch {
    // It ended in the meantime.
    return [];
  }
}

beforeAll(async () => {
  await cluster('up', '--name', name, '--nodes', '2');
  const folder = temporaryFolder('clb-direct-nodes');
  await script('image', ['example', '--out', folder]);
  await cluster('load', '--name', name, join(folder, 'example.tar'));
  for (const [app, node] of [
    ['web', 'node2'],
    ['other', 'node1'],
  ] as const) {
    await apply(onNode(app, node));
  }
  await apply(nodePortService('everywhere', 'Cluster'));
  await apply(nodePortService('local', 'Local'));
  for (const app of ['web', 'other']) await kubectl(['rollout', 'status', `deployment/${app}`, '--timeout=60s']);
});

afterAll(async () => {
  await cluster('down', '--name', name);
});

test('A NodePort answers on both nodes, with the policy Local only on the one that has the pod.', async () => {
  for (const node of [node1, node2]) await untilAnswered(node, nodePorts.everywhere);

  expect(await untilAnswered(node2, nodePorts.local)).toMatchObject({ client: '203.0.113.10' });
  expect(await ask('client', node1, nodePorts.local)).toBeUndefined();
});

test('A pod is reached by its own address: from the cloud, from the other node, and from a pod there.', async () => {
  const podIp = await kubectl(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[0].status.podIP}']);

  expect(await ask('cloud', podIp)).toMatchObject({ client: '10.0.0.2' });
  expect(await ask('node', podIp)).toMatchObject({ client: node1 });
  const answer = runInPod('other', `fetch('http://${podIp}/').then((answer) => answer.text()).then(console.log)`);
  expect(await answer).toContain('"client":"10.64.0.');
});

test("A node whose kube-proxy stands still keeps its old rules, and the other's go on changing.", async () => {
  const pid = await pidOfProxy('node2');
  process.kill(pid, 'SIGSTOP');
  try {
    await apply(nodePortService('late', 'Cluster'));

    await untilAnswered(node1, nodePorts.late);
    await sleep(1_000);
    expect(await ask('client', node2, nodePorts.late)).toBeUndefined();
    expect(await ask('client', node2, nodePorts.everywhere)).toBeDefined();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await untilAnswered(node2, nodePorts.late);
});

test.each(['web', 'other'])('The pod %s finds Services by name, and no name outside the cluster.', async (app) => {
  expect(await lookUp(app, 'kubernetes.default.svc.cluster.local')).toBe('10.96.0.1');
  expect(await lookUp(app, 'everywhere')).toMatch(/^10\.96\./);
  expect(await lookUp(app, 'example.com')).toBe('ENOTFOUND');
});

test.each(['web', 'other'])('The pod %s calls the API server by name.', async (app) => {
  const ca = "fs.readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/ca.crt')";
  const url = 'https://kubernetes.default.svc.cluster.local/version';
  const call = `https.get('${url}', { ca: ${ca} }, (answer) => console.log(answer.destroy().statusCode))`;
  expect(await runInPod(app, call)).toBe('200');
});

test('Each node and the cloud has a network namespace of its own, and none is left after down.', async () => {
  const places = ['node', 'node2', 'cloud', 'client'] as const;
  const namespaces = await Promise.all(
    places.map(async (place) => (await exec(name, place, 'readlink', '/proc/self/ns/net')).trim()),
  );
  expect(new Set([...namespaces, readlinkSync('/proc/self/ns/net')]).size).toBe(5);

  await cluster('down', '--name', name);

  const living = livingNamespaces();
  expect(namespaces.filter((namespace) => living.has(namespace))).toEqual([]);
});
