import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '@clb-direct/cluster/cluster.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { root } from '../stack/stack.ts';
import { clusterOption, type Vips } from './hints.ts';
import { watchRolloutOf } from './rollout-watcher.ts';

/** In the documents' order. The gates of the pods wait for both CLBs. */
const files = ['nginx-deployment-eni.yaml', 'nginx-service-eni.yaml', 'nginx-ingress-eni.yaml'];

/** Applies the documents' example and shows how its pods come into the CLBs. */
export async function rollOutExample(cluster: Cluster, signal: AbortSignal): Promise<void> {
  // Said before, because the table is written over and over on a terminal.
  for (const file of files) say(`kubectl apply -f manifests/examples/${file}`);
  say('the rollout, in seconds from the creation of each pod (0.0s throughout: it was ready before):');
  const apply = async () => {
    for (const file of files) {
      const args = ['apply', '-f', join(root, 'manifests/examples', file)];
      await cluster.kubectl(args, { signal, timeoutMs: 60_000 });
    }
  };
  if (await watchRolloutOf({ cluster, root, labelSelector: 'app=nginx', signal }, apply)) return;
  throw new Error(
    `the example did not become ready; see ./scripts/kubectl${clusterOption(cluster.name, '--cluster')} get events`,
  );
}

/** Shows the example and asks it from outside, by the Service's CLB and by the Ingress's. */
export async function askExample(cluster: Cluster, signal: AbortSignal): Promise<Vips> {
  await show(cluster, ['get', 'pods', '-o', 'wide'], signal);
  const service = await vipOf(cluster, 'service/nginx-service-eni', signal);
  const ingress = await vipOf(cluster, 'ingress/test-ingress', signal);
  await show(cluster, ['get', 'service', 'nginx-service-eni', '-o', 'wide'], signal);
  await askFromOutside(cluster, service, signal);
  await show(cluster, ['get', 'ingress', 'test-ingress'], signal);
  await askFromOutside(cluster, ingress, signal);
  return { service, ingress };
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

async function vipOf(cluster: Cluster, owner: string, signal: AbortSignal): Promise<string> {
  const path = 'jsonpath={.status.loadBalancer.ingress[0].ip}';
  for (let tries = 0; tries < 50; tries += 1) {
    const { stdout } = await cluster.kubectl(['get', owner, '-o', path], { signal, timeoutMs: 30_000 });
    if (stdout !== '') return stdout;
    await sleep(200, undefined, { signal });
  }
  const kubectl = `./scripts/kubectl${clusterOption(cluster.name, '--cluster')}`;
  throw new Error(`${owner} got no address; see ${kubectl} describe ${owner}`);
}
