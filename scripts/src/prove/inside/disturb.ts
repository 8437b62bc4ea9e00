import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Fault } from '../rows.ts';
import { admin, kubectl, persistently } from './local.ts';
import type { Clb } from './cell.ts';

const execute = promisify(execFile);

const program = ['-n', 'clb-direct'] as const;
/** A rollout has begun by then. */
const afterMs = 4_000;

/** Does the work while something happens once; what that broke is whole again afterwards. */
export async function amid<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
  const [result] = await Promise.all([work(), happen(fault)]);
  return result;
}

/** Does the work while the CLB does wrong what the fault says, for one of them alone. */
export async function withCloudFaults<T>(fault: Fault, { id }: Clb, work: () => Promise<T>): Promise<T> {
  const faults = fault.kind === 'cloud' ? fault.faults : [];
  const named = faults.map((one) => [`prove-${String(one['kind'])}-${id}`, { ...one, loadBalancerId: id }] as const);
  try {
    for (const [name, one] of named) await admin('PUT', `/faults/${name}`, one);
    return await work();
  } finally {
    for (const [name] of named) await admin('DELETE', `/faults/${name}`);
  }
}

async function happen(fault: Fault): Promise<void> {
  if (fault.kind === 'none' || fault.kind === 'cloud') return;
  await sleep(afterMs);
  switch (fault.kind) {
    case 'kill-leader':
      return signalPod(await leader(), 'SIGKILL');
    case 'kill-webhook':
      return signalPod(await firstPodOf('webhook'), 'SIGKILL');
    case 'roll-programs':
      await kubectl([...program, 'rollout', 'restart', 'deployment']);
      return untilWhole();
    case 'freeze':
      return freeze(fault.program, fault.forMs);
    case 'lose-node':
      return loseNode(fault.forMs);
  }
}

/** Nothing reaches the second node, and nothing comes from it; what runs there goes on. */
async function loseNode(forMs: number): Promise<void> {
  // Its port of the switch that stands for the VPC.
  const set = async (state: 'up' | 'down') => execute('ip', ['-n', 'vpc', 'link', 'set', 'node2', state]);
  await set('down');
  try {
    await sleep(forMs);
  } finally {
    await set('up');
  }
}

/** Both programs are there as they were installed. */
export async function untilWhole(): Promise<void> {
  for (const name of ['controller', 'webhook']) {
    const status = [...program, 'rollout', 'status', `deployment/clb-direct-${name}`, '--timeout=240s'];
    await persistently(async () => kubectl(status));
  }
}

async function leader(): Promise<string> {
  const path = 'jsonpath={.spec.holderIdentity}';
  const holder = await kubectl([...program, 'get', 'lease', 'clb-direct-controller', '-o', path]);
  const pods = await kubectl([...program, 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}']);
  const found = pods.split(' ').find((name) => holder.startsWith(name));
  if (found === undefined) throw new Error(`no pod of the leader ${holder}`);
  return found;
}

async function firstPodOf(name: string): Promise<string> {
  const label = `app.kubernetes.io/name=clb-direct-${name}`;
  const path = 'jsonpath={.items[0].metadata.name}';
  return kubectl([...program, 'get', 'pods', '-l', label, '-o', path]);
}

async function freeze(name: string, forMs: number): Promise<void> {
  const pids = name === 'leader' ? await processesOf(await leader()) : await processesNamed(name);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await sleep(forMs);
  } finally {
    // A kubelet may have ended a frozen container meanwhile.
    for (const pid of pids) continueProcess(pid);
  }
}

function continueProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It is gone.
  }
}

async function signalPod(pod: string, signal: 'SIGKILL'): Promise<void> {
  for (const pid of await processesOf(pod)) process.kill(pid, signal);
}

/** Containers run in the PID namespace of the cluster, as this program does. */
async function processesOf(pod: string): Promise<readonly number[]> {
  return processesWhere('environ', (words) => words.includes(`POD_NAME=${pod}`));
}

async function processesNamed(name: string): Promise<readonly number[]> {
  return processesWhere('cmdline', ([file = '']) => file.endsWith(`/${name}`));
}

async function processesWhere(file: string, isOne: (words: readonly string[]) => boolean): Promise<readonly number[]> {
  const running = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const texts = await Promise.all(
    running.map(async (pid) => [pid, await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')] as const),
  );
  const found = texts.filter(([, text]) => isOne(text.split('\0'))).map(([pid]) => Number(pid));
  if (found.length === 0) throw new Error('the program that is to be disturbed does not run');
  return found;
}
