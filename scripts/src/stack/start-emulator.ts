import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { adminUrl, localClb, secretIdOf } from './local-clb.ts';
import type { Step } from './step.ts';

/** Starts the CLB in the cloud's namespace unless it runs there already. It ends with the cluster. */
export async function startEmulator(
  cluster: Cluster,
  flags: readonly string[],
  { root, say, signal }: Step,
): Promise<void> {
  if (await answers(cluster)) say('the CLB keeps running as it is');
  else {
    say('starting the CLB');
    launch(cluster, root, flags);
  }
  await untilAnswers(cluster, signal);
  const { vip, vpcId, region, loadBalancerId } = localClb;
  await admin(cluster, 'PUT', `/load-balancers/${loadBalancerId}`, { name: 'local', vip, vpcId, region });
}

function launch(cluster: Cluster, root: string, flags: readonly string[]): void {
  const folder = join(cluster.stateDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, 'emulator.log'), 'a');
  const { host, apiPort, adminPort, credentials, controllerCredentials, region, probeSource } = localClb;
  const own = [
    '--api-host',
    host,
    '--api-port',
    String(apiPort),
    '--admin-host',
    host,
    '--admin-port',
    String(adminPort),
  ];
  const about = [
    '--credentials',
    `${credentials},${controllerCredentials}`,
    '--policies',
    `${secretIdOf(controllerCredentials)}=${join(root, 'manifests/cam-policy.json')}`,
    '--regions',
    region,
    '--probe-source',
    probeSource,
    '--forwarding',
    'nftables',
  ];
  const main = join(root, 'emulator/src/main.ts');
  // A command in a cluster ends with the process that entered; with setsid --fork it lives as long as the cluster.
  const command = ['setsid', '--fork', process.execPath, main, ...own, ...about, ...flags];
  const [program = '', ...args] = cluster.commandIn('cloud', command, root);
  spawn(program, args, { stdio: ['ignore', log, log] });
}

async function untilAnswers(cluster: Cluster, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await answers(cluster)) return;
    await sleep(200, undefined, { signal });
  }
  throw new Error(`the CLB does not answer; see ${join(cluster.stateDir, 'logs/emulator.log')}`);
}

async function answers(cluster: Cluster): Promise<boolean> {
  return admin(cluster, 'GET', '/state').then(
    () => true,
    () => false,
  );
}

/** Asks the emulator's admin port, which only the cluster's network reaches. */
async function admin(cluster: Cluster, method: string, path: string, body?: unknown): Promise<string> {
  const data = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', JSON.stringify(body)];
  const command = ['curl', '-sf', '--max-time', '5', '-X', method, ...data, `${adminUrl}${path}`];
  return (await cluster.runIn('cloud', command, { signal: AbortSignal.timeout(10_000) })).stdout;
}
