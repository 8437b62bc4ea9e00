import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { startCluster, stopCluster, surroundingsFrom, type Cluster } from '@clb-direct/cluster/cluster.ts';
import { parseCommandLine } from './command-line.ts';
import { clusterOption, downCommand, whatNext } from './hints.ts';
import { watchRolloutOf } from './rollout-watcher.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { prepareMachine } from '../stack/prepare-machine.ts';
import { bringUpStack, root } from '../stack/stack.ts';
import { runProgram } from '../run-program.ts';
import { stopOnSignals } from '@clb-direct/shared/runtime/command-line/stop-on-signals.ts';

const usage = `Usage: ./scripts/quickstart [--name NAME] | --down

Starts a real Kubernetes on this machine with a CLB beside it, installs clb-direct, applies the documents' example,
shows its rollout live and asks the Service from outside. The example names no CLB, so clb-direct makes one in the
emulated cloud. Everything stays running until --down.
It needs root; where Go or Node is not in root's PATH: sudo env PATH="$PATH" ./scripts/quickstart

  --name NAME   name of the cluster (default: CLB_DIRECT_CLUSTER, or local)
  --down        removes it all, the CLBs too, but the built programs, which make the next start quick:
                ~/.cache/clb-direct, about 1.3 GB, or clb-direct in XDG_CACHE_HOME`;

const surroundings = surroundingsFrom(process.env);

async function up(name: string, signal: AbortSignal): Promise<void> {
  prepareMachine(surroundings, say);
  const request = { name, nodes: 1, kubernetes: '1.36', controlPlaneOnly: false, audit: false } as const;
  const { cluster } = await startCluster({ request, surroundings, say, signal });
  await bringUpStack({ cluster, say, signal });
  await rollOutExample(cluster, signal);
  await show(cluster, ['get', 'pods', '-o', 'wide'], signal);
  await show(cluster, ['get', 'service', 'nginx-service-eni', '-o', 'wide'], signal);
  const vip = await externalIp(cluster, signal);
  await askFromOutside(cluster, vip, signal);
  console.log(whatNext(name, vip));
}

/** In the documents' order: first the Deployment, then the Service. */
const exampleFiles = ['nginx-deployment-eni.yaml', 'nginx-service-eni.yaml'];

async function rollOutExample(cluster: Cluster, signal: AbortSignal): Promise<void> {
  // Said before, because the table is written over and over on a terminal.
  for (const file of exampleFiles) say(`kubectl apply -f manifests/examples/${file}`);
  say('the rollout, in seconds from the creation of each pod (0.0s throughout: it was ready before):');
  const apply = async () => {
    for (const file of exampleFiles) {
      const args = ['apply', '-f', join(root, 'manifests/examples', file)];
      await cluster.kubectl(args, { signal, timeoutMs: 60_000 });
    }
  };
  if (await watchRolloutOf({ cluster, root, labelSelector: 'app=nginx', signal }, apply)) return;
  throw new Error(
    `the example did not become ready; see ./scripts/kubectl${clusterOption(cluster.name, '--cluster')} get events`,
  );
}

async function show(cluster: Cluster, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { stdout } = await cluster.kubectl(args, { signal, timeoutMs: 30_000 });
  console.log(`\n$ kubectl ${args.join(' ')}\n${stdout.trimEnd()}`);
}

async function askFromOutside(cluster: Cluster, vip: string, signal: AbortSignal): Promise<void> {
  console.log(`\n$ curl http://${vip}   (six times, from the client's side of the CLB)`);
  for (let i = 0; i < 6; i += 1) {
    const command = ['curl', '-s', '--max-time', '5', `http://${vip}`];
    const { stdout } = await cluster.runIn('client', command, { signal, timeoutMs: 10_000 });
    process.stdout.write(stdout);
  }
}

async function externalIp(cluster: Cluster, signal: AbortSignal): Promise<string> {
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
  for (let tries = 0; tries < 50; tries += 1) {
    const args = ['get', 'service', 'nginx-service-eni', '-o', path];
    const { stdout } = await cluster.kubectl(args, { signal, timeoutMs: 30_000 });
    if (stdout !== '') return stdout;
    await sleep(200, undefined, { signal });
  }
  const kubectl = `./scripts/kubectl${clusterOption(cluster.name, '--cluster')}`;
  throw new Error(`the Service got no EXTERNAL-IP; see ${kubectl} describe service nginx-service-eni`);
}

async function down(name: string): Promise<void> {
  const was = await stopCluster({ name, surroundings, say });
  say(was ? 'everything is gone' : 'nothing was running');
  const { cache } = surroundings.baseDirs;
  if (existsSync(cache)) say(`built programs are kept for the next start; to free their space: rm -r ${cache}`);
}

async function upUnlessStopped(name: string): Promise<number> {
  const stopped = stopOnSignals();
  try {
    await up(name, stopped.signal);
    return 0;
  } catch (error) {
    // Whatever Ctrl-C ended beside us may be seen before the signal itself is.
    await setImmediate();
    const code = stopped.exitCode();
    if (code === undefined) throw error;
    say(`stopped; what runs keeps running: ${downCommand(name)} removes it`);
    return code;
  }
}

async function main(): Promise<number> {
  const asked = parseCommandLine(process.argv.slice(2), process.env['CLB_DIRECT_CLUSTER']);
  if (asked.kind === 'up') return upUnlessStopped(asked.name);
  if (asked.kind === 'help') console.log(usage);
  else await down(asked.name);
  return 0;
}

await runProgram('scripts/quickstart', main);
