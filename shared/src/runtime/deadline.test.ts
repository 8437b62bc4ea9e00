import { expect, test } from '@jest/globals';
import { DeadlineError, withDeadline } from './deadline.ts';
import { sleep } from './sleep.ts';

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const never = () => new Promise<never>(() => undefined);

test('work that ends in time gives its value or its own error', async () => {
  expect(await withDeadline({ ms: 5_000 }, () => Promise.resolve(1))).toBe(1);
  const error = new Error('own');
  expect(await failureOf(withDeadline({ ms: 5_000 }, () => Promise.reject(error)))).toBe(error);
});

test('work that does not end is aborted at the deadline by its signal', async () => {
  let given: AbortSignal | undefined;
  const failure = await failureOf(withDeadline({ ms: 10 }, (signal) => ((given = signal), never())));
  expect(failure).toBeInstanceOf(DeadlineError);
  expect(given?.reason).toBe(failure);
});

test('an abort from outside ends it with that reason, before and during the work', async () => {
  const stop = new AbortController();
  const during = failureOf(withDeadline({ ms: 5_000, signal: stop.signal }, never));
  const reason = new Error('enough');
  stop.abort(reason);
  expect(await during).toBe(reason);
  expect(await failureOf(withDeadline({ ms: 5_000, signal: stop.signal }, never))).toBe(reason);
});

test('a sleep ends with the reason of its signal, and an endless one does not end at once', async () => {
  const stop = new AbortController();
  const sleeping = failureOf(sleep(2 ** 40, stop.signal));
  await sleep(10, new AbortController().signal);
  stop.abort(new Error('enough'));
  expect(String(await sleeping)).toBe('Error: enough');
});
