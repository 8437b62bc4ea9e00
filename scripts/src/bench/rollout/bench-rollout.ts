import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  plainCluster,
  startCluster,
  stopCluster,
  surroundingsFrom,
  type Cluster,
} from '@clb-direct/cluster/cluster.ts';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { loadClient, type LoadResult } from '../../load-result.ts';
import { prepareMachine } from '../../stack/prepare-machine.ts';
import { bringUpStack, root } from '../../stack/stack.ts';
import { describe, problemsOf, rolloutOf, summarize, type Rollout, type Seen } from './report.ts';

interface BenchOptions {
  readonly rounds: number;
  readonly pods: number;
  readonly signal: AbortSignal;
}

const name = 'bench-rollout';
const deployment = 'deployment/nginx-deployment-eni';
const observer = resolve(import.meta.dirname, 'observe.ts');
/** Calls count until so long after the rollout is complete; as long again nothing may happen before the next. */
const afterMs = 30_000;
const requestsPerSecond = 50;

/** Measures what a rolling update costs on a cluster of its own, prints it, and says whether the goals are met. */
export async function benchRollout({ rounds, pods, signal }: BenchOptions): Promise<boolean> {
  const surroundings = surroundingsFrom(process.env);
  prepareMachine(surroundings, say);
  const request = { ...plainCluster, name };
  try {
    const { cluster } = await startCluster({ request, surroundings, say, signal });
    await bringUpStack({ cluster, say, signal });
    await applyExample(cluster, pods, signal);
    const seen: Rollout[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      await sleep(afterMs, undefined, { signal });
      say(`rollout ${round} of ${rounds}`);
      seen.push(await rollOut(cluster, signal));
    }
    const summary = summarize(pods, seen);
    const problems = problemsOf(summary);
    console.log(`\n${describe(summary)}\n${problems.map((problem) => `\n${problem}`).join('')}`);
    console.log(JSON.stringify(summary));
    return problems.length === 0;
  } finally {
    await stopCluster({ name, surroundings, say });
  }
}

async function applyExample(cluster: Cluster, pods: number, signal: AbortSignal): Promise<void> {
  for (const file of ['nginx-deployment-eni.yaml', 'nginx-service-eni.yaml']) {
    await cluster.kubectl(['apply', '-f', join(root, 'manifests/examples', file)], { signal });
  }
  await cluster.kubectl(['scale', deployment, `--replicas=${pods}`], { signal });
  await untilComplete(cluster, signal);
}

async function untilComplete(cluster: Cluster, signal: AbortSignal): Promise<void> {
  await cluster.kubectl(['rollout', 'status', deployment, '--timeout=10m'], { signal, timeoutMs: 620_000 });
}

const externalIp = 'jsonpath={.status.loadBalancer.ingress[0].ip}';

async function rollOut(cluster: Cluster, signal: AbortSignal): Promise<Rollout> {
  const watching = begin(cluster.commandIn('node', node(observer, cluster.kubeconfig, 'default', 'app=nginx'), root));
  const vip = await cluster.kubectl(['get', 'service', 'nginx-service-eni', '-o', externalIp], { signal });
  const load = node(loadClient, vip.stdout.trim(), '80', String(requestsPerSecond));
  const loading = begin(cluster.commandIn('client', load, root));
  try {
    await sleep(3_000, undefined, { signal });
    const fromMs = Date.now();
    await cluster.kubectl(['rollout', 'restart', deployment], { signal });
    await untilComplete(cluster, signal);
    const seconds = Math.round((Date.now() - fromMs) / 100) / 10;
    await sleep(afterMs, undefined, { signal });
    const { sent, failures } = JSON.parse(await loading.end()) as LoadResult;
    for (const failure of failures.slice(0, 10)) say(`lost: ${failure}`);
    const { calls, health, pods } = JSON.parse(await watching.end()) as Pick<Seen, 'calls' | 'health' | 'pods'>;
    const since = <T extends { atMs: number }>(all: readonly T[]) => all.filter(({ atMs }) => atMs >= fromMs);
    return rolloutOf({
      ...{ pods, seconds, calls: since(calls), health: since(health) },
      ...{ requests: sent, lost: failures.length },
    });
  } finally {
    await Promise.all([loading.end(), watching.end()]);
  }
}

function node(...program: readonly string[]): readonly string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', ...program];
}

/** Starts a program that prints what it saw when it gets SIGTERM. */
function begin([file = '', ...args]: readonly string[]): { readonly end: () => Promise<string> } {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const closed = once(child, 'close');
  return {
    async end() {
      child.kill('SIGTERM');
      await closed;
      return text;
    },
  };
}
