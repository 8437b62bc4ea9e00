import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Place } from '@clb-direct/cluster/enter.ts';

const execute = promisify(execFile);

/** The commands that people start and end clusters with. */
export const scripts = resolve(import.meta.dirname, '../../../scripts');

export interface Status {
  readonly running: boolean;
  readonly pid: number;
  readonly initPid: number;
  readonly stateDir: string;
  readonly readyAfterSeconds: number;
}

export async function script(name: string, args: readonly string[], input = ''): Promise<string> {
  const running = execute(resolve(scripts, name), args, { timeout: 1_200_000, maxBuffer: 2 ** 24 });
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

export const cluster = async (...args: readonly string[]) => script('cluster', args);

export const exec = async (name: string, place: Place, ...command: readonly string[]) =>
  cluster('exec', '--name', name, '--in', place, '--', ...command);

/** status exits with 1 when the cluster is down. */
export async function statusOf(name: string): Promise<Status> {
  const stdout = await cluster('status', '--name', name, '--json').catch(
    (error: unknown) => (error as { stdout: string }).stdout,
  );
  return JSON.parse(stdout) as Status;
}

/** Processes of a cluster, `PID COMMAND`: everything that was started for it names its state folder. */
export async function processesOf(stateDir: string): Promise<readonly string[]> {
  const { stdout } = await execute('ps', ['-eo', 'pid=,args='], { maxBuffer: 2 ** 24 });
  return stdout.split('\n').filter((line) => line.includes(stateDir));
}
