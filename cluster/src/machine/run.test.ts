import { expect, test } from '@jest/globals';
import { CommandError, run } from './run.ts';
import { waitFor } from './wait-for.ts';

const signal = AbortSignal.timeout(30_000);

test('a command gets its input and gives both its outputs', async () => {
  const output = await run(['sh', '-c', 'cat; echo complaint >&2'], { signal, input: 'hello' });
  expect(output).toEqual({ stdout: 'hello', stderr: 'complaint\n' });
});

test('a command that fails reports its exit code and its last output', async () => {
  const failing = run(['sh', '-c', 'seq 1 50 >&2; exit 4'], { signal });
  await expect(failing).rejects.toThrow(CommandError);
  await expect(failing).rejects.toThrow(/ended with code 4: …\n31\n[^]*50$/);
});

test('a command that takes too long is stopped and says so', async () => {
  await expect(run(['sleep', '60'], { signal, timeoutMs: 50 })).rejects.toThrow('sleep 60 took more than 0.05 s');
});

test('a command that is not there is an error that names it', async () => {
  await expect(run(['no-such-program'], { signal })).rejects.toThrow('no-such-program');
});

test('waiting ends with the value, or at the deadline with the last refusal', async () => {
  let asked = 0;
  const probe = () => (++asked < 3 ? undefined : 'here');
  await expect(waitFor('it', probe, { deadlineMs: 20_000, everyMs: 1, signal })).resolves.toBe('here');
  const refuse = () => Promise.reject(new Error('connection refused'));
  await expect(waitFor('it', refuse, { deadlineMs: 20, everyMs: 1, signal })).rejects.toThrow(
    'it: not there after 0.02 s: connection refused',
  );
});
