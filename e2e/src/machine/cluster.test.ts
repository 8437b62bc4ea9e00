import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import type { Place } from '@clb-direct/cluster/enter.ts';
import { cluster, exec, processesOf, scripts, statusOf } from '../support/local-cluster.ts';

const execute = promisify(execFile);
const script = join(scripts, 'cluster');
const quickstart = join(scripts, 'quickstart');
const names = ['a', 'b'].map((letter) => `e2e-${letter}-${process.pid}`) as [string, string];
const [first, second] = names;

const mountsOf = (stateDir: string) =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(stateDir));

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

async function end(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return execute(program, [...args], { timeout: 1_200_000, maxBuffer: 2 ** 24, env }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    (error: unknown) => error as Ended,
  );
}

afterAll(async () => {
  for (const name of names) await cluster('down', '--name', name);
});

test('Two clusters come up side by side, each with its own API server and nodes.', async () => {
  await Promise.all(names.map(async (name) => cluster('up', '--name', name)));

  const uids = await Promise.all(
    names.map(async (name) =>
      exec(name, 'node', 'sh', '-c', `curl -sk https://10.0.0.10:6443/version > /dev/null && hostname`),
    ),
  );
  expect(uids).toHaveLength(2);
  const states = await Promise.all(names.map(statusOf));
  expect(new Set(states.map(({ initPid }) => initPid)).size).toBe(2);
  expect(states.map(({ running }) => running)).toEqual([true, true]);
});

test('A second up of a cluster says that it runs, and starts nothing.', async () => {
  const { pid } = await statusOf(first);
  const again = await end(script, ['up', '--name', first]);

  expect(again.stderr).toContain('runs already');
  expect(again.code).toBe(0);
  expect((await statusOf(first)).pid).toBe(pid);
});

test('The node offers the ENI resources that the documents ask for.', async () => {
  const { stdout } = await execute(join(scripts, 'kubectl'), [
    '--cluster',
    first,
    'get',
    'nodes',
    '-o',
    'jsonpath={.items[0].status.allocatable}',
  ]);
  const allocatable = JSON.parse(stdout) as Readonly<Record<string, string>>;
  for (const resource of ['eni-ip', 'direct-eni', 'sub-eni']) {
    expect(Number(allocatable[`tke.cloud.tencent.com/${resource}`])).toBeGreaterThan(0);
  }
});

test('Commands run on the node, in the cloud and at the client, each with addresses of its own.', async () => {
  const addresses = async (place: Place) => exec(first, place, 'ip', '-4', '-o', 'address');
  expect(await addresses('node')).toContain('10.0.0.10/24');
  expect(await addresses('cloud')).toContain('10.0.0.2/24');
  expect(await addresses('client')).toContain('203.0.113.10/24');

  const refused = await end(script, ['exec', '--name', first, '--in', 'node2', '--', 'true']);
  expect(refused.stderr).toContain('has one node only');
});

test('A killed parent leaves no process and no mount, the other cluster stays, and the next up works.', async () => {
  const { pid, stateDir } = await statusOf(first);
  process.kill(pid, 'SIGKILL');
  const deadlineMs = Date.now() + 30_000;
  while ((await processesOf(stateDir)).length > 0 && Date.now() < deadlineMs) await sleep(200);

  expect(await processesOf(stateDir)).toEqual([]);
  expect(mountsOf(stateDir)).toEqual([]);
  expect((await statusOf(first)).running).toBe(false);
  expect((await statusOf(second)).running).toBe(true);

  await cluster('up', '--name', first);
  expect((await statusOf(first)).running).toBe(true);
});

test('down leaves no process, no mount and no files.', async () => {
  const { stateDir } = await statusOf(second);
  await cluster('down', '--name', second);

  expect(await processesOf(stateDir)).toEqual([]);
  expect(mountsOf(stateDir)).toEqual([]);
  expect(existsSync(stateDir)).toBe(false);
});

test.each([
  ['quickstart --down', quickstart, ['--down']],
  ['cluster down', script, ['down']],
])(
  '%s refuses a name that leads out of the folder of clusters, and removes nothing.',
  async (_title, program, args) => {
    const home = mkdtempSync(join(tmpdir(), 'clb-direct-names-'));
    const precious = join(home, 'clb-direct/x');
    mkdirSync(precious, { recursive: true });
    try {
      const refused = await end(program, [...args, '--name', '../x'], { ...process.env, XDG_STATE_HOME: home });
      expect(refused.stderr).toContain('name is "../x"');
      expect(refused.code).toBe(2);
      expect(existsSync(precious)).toBe(true);
    } finally {
      rmSync(home, { recursive: true });
    }
  },
);
