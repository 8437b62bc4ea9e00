import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubeconfigPath, kubectlPath } from './cluster.ts';

const execute = promisify(execFile);

/** Runs kubectl as users do; what it is given on standard input is a manifest. */
export async function kubectl(args: readonly string[], manifest?: string): Promise<string> {
  const running = execute(kubectlPath(), ['--kubeconfig', kubeconfigPath(), ...args], { maxBuffer: 64 * 2 ** 20 });
  running.child.stdin?.end(manifest ?? '');
  return (await running).stdout;
}

export async function apply(manifest: unknown): Promise<void> {
  await kubectl(['apply', '-f', '-'], typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
}

/** Runs ./scripts/adopt as users do; fails where it does. */
export async function adopt(...args: readonly string[]): Promise<string> {
  const script = join(import.meta.dirname, '../../../scripts/adopt');
  return (await execute(script, ['--kubeconfig', kubeconfigPath(), ...args])).stdout;
}

/** Runs a command where clients are: on the internet's side of the CLB. */
export const asClient = async (command: readonly string[]): Promise<string> =>
  onNode(['ip', 'netns', 'exec', 'client', ...command]);

/** Runs a command on the node where the tests run too, among the rules of its kube-proxy. */
export async function onNode([program = '', ...args]: readonly string[]): Promise<string> {
  return (await execute(program, args)).stdout;
}

/** An address before a port. */
const inUrl = (ip: string) => (ip.includes(':') ? `[${ip}]` : ip);

export interface Answer {
  readonly pod: string;
  readonly client: string;
}

/** Asks a VIP once, on a connection of its own. */
export async function ask(vip: string, port = 80): Promise<Answer> {
  return JSON.parse(await asClient(['curl', '-sS', '--max-time', '5', `http://${inUrl(vip)}:${port}/`])) as Answer;
}
