import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCluster, stopCluster, surroundingsFrom, type Cluster } from '@clb-direct/cluster/cluster.ts';
import { UnfitMachine } from '@clb-direct/cluster/checks/all.ts';
import { prepareMachine } from './stack/prepare-machine.ts';
import { bringUpStack, root } from './stack/stack.ts';

const usage = `Usage: ./scripts/quickstart [--name NAME] | --down

Starts a real Kubernetes on this machine with a CLB beside it, installs clb-direct, applies the documents' example,
shows its rollout live and asks the Service from outside. Everything stays running until --down.

  --name NAME   name of the cluster (default: local)
  --down        removes it all`;

const startedMs = Date.now();
const say = (line: string) => console.log(`[${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s] ${line}`);
const surroundings = surroundingsFrom(process.env);

async function up(name: string, signal: AbortSignal): Promise<void> {
  prepareMachine(surroundings, say);
  const request = { name, nodes: 1, kubernetes: '1.36', controlPlaneOnly: false, audit: false } as const;
  const { cluster } = await startCluster({ request, surroundings, say, signal });
  await bringUpStack({ cluster, say, signal });
  await applyExample(cluster);
  await show(cluster, ['get', 'pods', '-o', 'wide']);
  await show(cluster, ['get', 'service', 'nginx-service-eni', '-o', 'wide']);
  await askFromOutside(cluster);
  console.log(whatNext(cluster));
}

/** In the documents' order: first the Deployment, then the Service. */
async function applyExample(cluster: Cluster): Promise<void> {
  for (const file of ['nginx-deployment-eni.yaml', 'nginx-service-eni.yaml']) {
    say(`kubectl apply -f manifests/examples/${file}`);
    await cluster.kubectl(['apply', '-f', join(root, 'manifests/examples', file)], {
      signal: AbortSignal.timeout(60_000),
    });
  }
  say('the rollout, in seconds from the creation of each pod:');
  const watch = join(root, 'scripts/src/watch-rollout.ts');
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    watch,
    cluster.kubeconfig,
    'default',
    'app=nginx',
  ];
  const [program = '', ...args] = cluster.commandIn('node', command, root);
  const [code] = (await once(spawn(program, args, { stdio: 'inherit' }), 'exit')) as [number | null];
  if (code !== 0) throw new Error('the example did not become ready; see ./scripts/kubectl get events');
}

async function show(cluster: Cluster, args: readonly string[]): Promise<void> {
  const { stdout } = await cluster.kubectl(args, { signal: AbortSignal.timeout(30_000) });
  console.log(`\n$ kubectl ${args.join(' ')}\n${stdout.trimEnd()}`);
}

async function askFromOutside(cluster: Cluster): Promise<void> {
  const vip = await externalIp(cluster);
  console.log(`\n$ curl http://${vip}   (six times, from the client's side of the CLB)`);
  for (let i = 0; i < 6; i += 1) {
    const command = ['curl', '-s', '--max-time', '5', `http://${vip}`];
    const { stdout } = await cluster.runIn('client', command, { signal: AbortSignal.timeout(10_000) });
    process.stdout.write(stdout);
  }
}

async function externalIp(cluster: Cluster): Promise<string> {
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
  for (let tries = 0; tries < 50; tries += 1) {
    const args = ['get', 'service', 'nginx-service-eni', '-o', path];
    const { stdout } = await cluster.kubectl(args, { signal: AbortSignal.timeout(30_000) });
    if (stdout !== '') return stdout;
    await sleep(200);
  }
  throw new Error('the Service got no EXTERNAL-IP; see ./scripts/kubectl describe service nginx-service-eni');
}

function whatNext(cluster: Cluster): string {
  const of = cluster.name === 'local' ? '' : ` --cluster ${cluster.name}`;
  const named = cluster.name === 'local' ? '' : ` --name ${cluster.name}`;
  return `
It keeps running. What to try next:
  ./scripts/kubectl${of} rollout restart deployment nginx-deployment-eni    a rolling update; watch it with get pods -w
  ./scripts/kubectl${of} describe service nginx-service-eni                 what happened, as events
  ./scripts/kubectl${of} -n clb-direct logs -l app.kubernetes.io/name=clb-direct-controller -f
  ./scripts/cluster exec${named} --in client -- curl -s http://198.51.100.10    the Service, from outside
  ./scripts/cluster exec${named} --in cloud -- curl -s http://10.0.0.2:8081/state    what the CLB sees
  ./scripts/quickstart${named} --down                                            removes it all`;
}

async function main(): Promise<void> {
  const options = {
    name: { type: 'string' },
    down: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ options });
  const name = values.name ?? 'local';
  if (values.help === true) {
    console.log(usage);
    return;
  }
  if (values.down === true) {
    const was = await stopCluster({ name, surroundings, say });
    say(was ? 'everything is gone' : 'nothing was running');
    return;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  await up(name, stop.signal);
}

try {
  await main();
} catch (error) {
  const lines =
    error instanceof UnfitMachine ? error.problems : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(`scripts/quickstart: ${line}`);
  process.exitCode = 1;
}
