import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ComponentExit } from '../report.ts';
import { describeExit } from '../report.ts';
import { createSupervisor, lastLines } from './supervisor.ts';

let logDir = '';
beforeEach(() => {
  logDir = mkdtempSync(join(tmpdir(), 'supervisor-'));
});
afterEach(() => rmSync(logDir, { recursive: true }));

/** Runs a shell script as a component until it has ended a number of times. */
function runUntil(times: number, command: string[]): Promise<ComponentExit[]> {
  const exits: ComponentExit[] = [];
  return new Promise((resolve) => {
    const onExit = (exit: ComponentExit) => {
      exits.push(exit);
      if (exits.length < times) return 1;
      resolve(exits);
      return undefined;
    };
    createSupervisor({ logDir, onExit }).start({ name: 'proxy', command });
  });
}

test('the end of a component reports its name, its code and the end of its log', async () => {
  const [exit] = await runUntil(1, ['sh', '-c', 'echo opening; echo no such rule >&2; exit 3']);
  expect(exit).toMatchObject({ component: 'proxy', how: 'code 3', lastLines: ['opening', 'no such rule'] });
  expect(exit === undefined ? '' : describeExit(exit)).toMatch(
    /^proxy ended with code 3 at .*proxy\.log:\n {4}opening/,
  );
});

test('a component that is killed is reported with its signal', async () => {
  const [exit] = await runUntil(1, ['sh', '-c', 'kill -KILL $$']);
  expect(exit?.how).toBe('signal SIGKILL');
});

test('a program that is not there is an end like any other', async () => {
  const [exit] = await runUntil(1, ['/nowhere/kube-proxy']);
  expect(exit?.how).toContain('ENOENT');
});

test('a component is started again when that is asked for, and goes on with its log', async () => {
  expect(await runUntil(3, ['sh', '-c', 'echo again'])).toHaveLength(3);
  expect(readFileSync(join(logDir, 'proxy.log'), 'utf8')).toBe('again\nagain\nagain\n');
});

test('of a long log only the end is shown', () => {
  const path = join(logDir, 'long.log');
  writeFileSync(path, Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n') + '\n\n');
  expect(lastLines(path, 2)).toEqual(['line 48', 'line 49']);
});
