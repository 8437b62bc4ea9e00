import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { adminUrl } from '../../stack/local-clb.ts';

const execute = promisify(execFile);

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: ./scripts/prove sets it`);
  return value;
}

export const kubeconfigPath = (): string => fromEnvironment('CLB_DIRECT_KUBECONFIG');

/** What it is given beside its arguments is a manifest on standard input. */
export async function kubectl(args: readonly string[], manifest?: unknown): Promise<string> {
  const all = ['--kubeconfig', kubeconfigPath(), '--request-timeout=60s', ...args];
  const running = execute(fromEnvironment('CLB_DIRECT_KUBECTL'), all, { maxBuffer: 64 * 2 ** 20, timeout: 900_000 });
  running.child.stdin?.end(manifest === undefined ? '' : JSON.stringify(manifest));
  return (await running).stdout;
}

/** As a person who tries again while the API server does not answer. */
export async function persistently<T>(ask: () => Promise<T>, limitMs = 120_000): Promise<T> {
  const deadlineMs = Date.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(1_000);
    }
  }
}

/** Each look is a program that starts: seldom enough not to take the machine from what is measured. */
const lookMs = 2_000;

export async function until(what: string, isSo: () => Promise<boolean>, limitMs: number): Promise<void> {
  const deadlineMs = Date.now() + limitMs;
  while (!(await isSo().catch(() => false))) {
    if (Date.now() > deadlineMs) throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    await sleep(lookMs);
  }
}

/** A request to the emulated CLB's admin port. */
export async function admin<T>(method: string, path: string, body?: unknown): Promise<T> {
  const sent =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${adminUrl}${path}`, { method, ...sent, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
