/**
 * Shows a rollout live, one line a pod, until every pod is ready. Runs inside the cluster's network, started by
 * quickstart: watch-rollout.ts KUBECONFIG NAMESPACE LABEL-SELECTOR On fd 3 it says a line when it looks for the first
 * time, and reads one when the rollout's cause is applied: before that it does not end, because pods that are ready may
 * be about to be replaced.
 */
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKube } from '@clb-direct/shared/kube/client/connect-kube.ts';
import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { observeRollout, type PodNow, type RolloutSource } from './observe-rollout.ts';
import { heading, note, podLine, type Seen } from './pod-line.ts';
import { adminUrl } from '../stack/local-clb.ts';

const lookEveryMs = 200;
const limitMs = 300_000;

interface Row {
  readonly name: string;
  readonly seen: Seen;
}

async function watchRollout(source: RolloutSource, starter: Socket): Promise<boolean> {
  const rows = new Map<string, Row>();
  const deadline = Date.now() + limitMs;
  const display = createDisplay();
  starter.resume();
  console.log(heading);
  while (Date.now() < deadline) {
    const mayEnd = starter.bytesRead > 0;
    const now = await observeRollout(source, AbortSignal.timeout(10_000));
    for (const pod of now) rows.set(pod.uid, rowOf(pod, rows.get(pod.uid)));
    display([...rows.values()]);
    if (starter.bytesWritten === 0) starter.write('looking\n');
    if (mayEnd && now.length > 0 && now.every(({ waits }) => !waits)) return true;
    await sleep(lookEveryMs);
  }
  return false;
}

function rowOf(pod: PodNow, before: Row | undefined): Row {
  return { name: pod.name, seen: note(before?.seen ?? new Map(), pod.reached, Date.now()) };
}

/** On a terminal the lines are written over again; elsewhere each is written once, when its pod is ready. */
function createDisplay(): (rows: readonly Row[]) => void {
  let shown = 0;
  const written = new Set<string>();
  return (rows) => {
    if (process.stdout.isTTY) {
      const lines = rows.map(({ name, seen }) => `\u001B[2K${podLine(name, seen)}\n`);
      process.stdout.write(`${shown > 0 ? `\u001B[${shown}A` : ''}${lines.join('')}`);
      shown = lines.length;
      return;
    }
    for (const { name, seen } of rows.filter((row) => row.seen.has('ready') && !written.has(row.name))) {
      written.add(name);
      console.log(podLine(name, seen));
    }
  };
}

const [kubeconfigPath = '', namespace = 'default', labelSelector = ''] = process.argv.slice(2);
const log = createLogger({ program: 'watch-rollout', level: 'error' });
const api = await connectKube({ kubeconfigPath, userAgent: 'clb-direct-quickstart', log });
const starter = new Socket({ fd: 3 });
const done = await watchRollout({ api, adminUrl, namespace, labelSelector }, starter);
starter.destroy();
await api.close();
process.exitCode = done ? 0 : 1;
