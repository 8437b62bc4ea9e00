import { afterEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { until } from '../testing/until.ts';

const sample = fileURLToPath(new URL('../testing/sample-program.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

function run(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [sample, ...args], { env });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  const closed = once(child, 'close').then(([code]) => Number(code));
  return { child, output, closed, running: () => until(() => output.out.includes('"msg":"running"')) };
}

test('a program that returns ends with 0 and has logged as JSON', async () => {
  const { output, closed } = run({ END: 'returns', SIZE: '3', LOG_LEVEL: 'info' });
  expect(await closed).toBe(0);
  const lines = output.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toMatchObject([{ level: 'info', program: 'sample', size: 3, msg: 'running' }, { msg: 'stopped' }]);
});

test('--help lists every setting and runs nothing', async () => {
  const { output, closed } = run({}, '--help');
  expect(await closed).toBe(0);
  for (const name of ['END', 'SIZE', 'LOG_LEVEL', 'STOP_DEADLINE_MS']) expect(output.out).toContain(name);
  expect(output.out).not.toContain('"msg"');
});

test('bad settings end with 2 and are all reported at once', async () => {
  const { output, closed } = run({ SIZE: '9', LOG_LEVEL: 'loud' });
  expect(await closed).toBe(2);
  expect(output.err).toContain('END: is not set, expects a text, for example returns');
  expect(output.err).toContain('SIZE: got "9", expects a whole number from 1 to 3');
  expect(output.err).toContain('LOG_LEVEL: got "loud", expects one of');
});

test.each([
  ['throws', 'main is broken'],
  ['throws-elsewhere', 'a timer is broken'],
  ['rejects-elsewhere', 'not awaited'],
])('an error that is not caught (%s) is logged and ends with 1', async (end, message) => {
  const { output, closed } = run({ END: end });
  expect(await closed).toBe(1);
  const last = JSON.parse(output.out.trim().split('\n').at(-1) ?? '') as object;
  expect(last).toMatchObject({ level: 'fatal', err: { message } });
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets the program clean up and ends with 0', async (signal) => {
  const { child, output, closed, running } = run({ END: 'cleans-up' });
  await running();
  child.kill(signal);
  expect(await closed).toBe(0);
  expect(output.out).toContain('cleaned up');
});

test('a wait that the stop cuts off is no failure', async () => {
  const { child, closed, running } = run({ END: 'waits' });
  await running();
  child.kill('SIGTERM');
  expect(await closed).toBe(0);
});

test('a program that hangs is ended after its deadline, and the log says what hung', async () => {
  const { child, output, closed, running } = run({ END: 'hangs', STOP_DEADLINE_MS: '50' });
  await running();
  child.kill('SIGTERM');
  expect(await closed).toBe(1);
  expect(output.out).toMatch(/"hanging":\[.*"Timeout".*did not stop in time/);
});

test('a second signal ends it at once', async () => {
  const { child, output, closed, running } = run({ END: 'hangs' });
  await running();
  child.kill('SIGTERM');
  await until(() => output.out.includes('stopping'));
  child.kill('SIGTERM');
  expect(await closed).toBe(1);
});

test('a program that stops itself cleans up, even if it gets a signal meanwhile', async () => {
  const { child, output, closed } = run({ END: 'stops-itself' });
  await until(() => output.out.includes('"why":"nothing is left to do","msg":"stopping"'));
  child.kill('SIGTERM');
  expect(await closed).toBe(0);
  expect(output.out).toContain('cleaned up');
});
