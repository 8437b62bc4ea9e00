import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A program that runs on one core. */
export interface PinnedProcess {
  readonly pid: number;
  /** Undefined while it runs. */
  readonly exitCode: number | undefined;
  stop(): Promise<void>;
}

/** The program under test runs on the first core, what asks it on the second. */
export const core = { server: 0, client: 1 } as const;

const stopLimitMs = 20_000;

/** Starts a program on the servers' core; what it says goes to a file. */
export function startPinned(o: {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  logPath: string;
}): PinnedProcess {
  const log = openSync(o.logPath, 'w');
  const child = spawn('taskset', ['-c', String(core.server), ...o.command], {
    env: o.env,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit').catch(() => undefined);
  return {
    // taskset becomes the program, so its process is the program's.
    pid: child.pid ?? 0,
    get exitCode() {
      return child.exitCode ?? (child.signalCode === null ? undefined : 1);
    },
    async stop() {
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
      await ended;
      clearTimeout(force);
    },
  };
}

/** Memory in use by a process, and the most that it ever used, in MiB. */
export async function memoryOf(pid: number): Promise<{ readonly nowMiB: number; readonly mostMiB: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { nowMiB: mib('VmRSS'), mostMiB: mib('VmHWM') };
}
