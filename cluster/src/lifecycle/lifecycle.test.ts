import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../machine/wait-for.ts';
import { withLock } from '../machine/lock.ts';
import { identify, isAlive, parseStat } from '../machine/processes.ts';
import { describeDifference } from './start.ts';

const patient = () => ({ deadlineMs: 20_000, signal: AbortSignal.timeout(20_000) });

describe('a process', () => {
  test('is read from its line even when its name looks like the rest of it', () => {
    const after = Array.from({ length: 18 }, (_, index) => String(index)).join(' ');
    expect(parseStat(`42 (a) R (b c) S ${after} 777 1 2\n`)).toEqual({ state: 'S', startTicks: '777' });
  });

  test('is alive until it ends, and is not confused with another that has its number', async () => {
    const child = spawn('sleep', ['60']);
    const process = identify(child.pid ?? 0);
    expect(process !== undefined && isAlive(process)).toBe(true);
    expect(process !== undefined && isAlive({ ...process, startTicks: '1' })).toBe(false);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(process !== undefined && isAlive(process)).toBe(false);
  });
});

describe('the lock', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const lock = (name: string, onWait: () => void = () => undefined) => {
    return { path: join(folder, 'sub', name), onWait, signal: AbortSignal.timeout(20_000) };
  };

  test('lets one in at a time, and reports to the other that it waits', async () => {
    const seen: string[] = [];
    let waited = false;
    const second = Promise.withResolvers<undefined>();
    const onWait = () => {
      waited = true;
      second.resolve(undefined);
    };
    const first = withLock(lock('a'), async () => {
      await second.promise;
      seen.push('first ends');
    });
    await waitFor('the first to hold it', () => (seen.length === 0 ? true : undefined), patient());
    await new Promise((resolve) => setTimeout(resolve, 100));
    const other = withLock(lock('a', onWait), () => Promise.resolve(seen.push('second begins')));
    await Promise.all([first, other]);
    expect(waited).toBe(true);
    expect(seen).toEqual(['first ends', 'second begins']);
  });

  test('is free again after work that failed', async () => {
    await expect(withLock(lock('b'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withLock(lock('b'), () => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  test('is not waited for once the user said stop', async () => {
    const stop = new AbortController();
    await withLock(lock('c'), async () => {
      const waiting = withLock(
        { ...lock('c'), onWait: () => stop.abort(new Error('stopped')), signal: stop.signal },
        () => Promise.resolve(),
      );
      await expect(waiting).rejects.toThrow('stopped');
    });
  });
});

test('a running cluster that is not what was asked for is described by what differs', () => {
  const asked = {
    name: 'x',
    nodes: 2,
    kubernetes: '1.36',
    controlPlaneOnly: false,
    audit: true,
    dualStack: false,
  } as const;
  expect(describeDifference(asked, { ...asked })).toBeUndefined();
  expect(describeDifference({ ...asked, nodes: 1, audit: false }, asked)).toBe(
    'nodes 1 instead of 2 and audit false instead of true',
  );
});
