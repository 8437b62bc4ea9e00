import { expect, test } from '@jest/globals';
import { createLogger } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { createEventRecorder } from './event-recorder.ts';
import type { EventToRecord } from './event.ts';
import { KubeError, type KubeApi, type KubeCall } from '../client/kube-api.ts';

const stop = new AbortController();

interface Stored {
  readonly count: number;
  readonly message: string;
}

/** Keeps Events by path, as the API server does; refuses everything while `refuse` is set. */
function storeOfEvents() {
  const stored = new Map<string, Stored>();
  const state = { refuse: false, calls: 0 };
  const api: KubeApi = {
    call: async <T>({ method, path, body }: KubeCall): Promise<T> => {
      await Promise.resolve();
      state.calls += 1;
      if (state.refuse) throw new KubeError({ status: 403, reason: 'Forbidden', message: 'no' });
      const event = body as Stored & { metadata?: { name: string } };
      const key = method === 'POST' ? `${path}/${event.metadata?.name ?? ''}` : path;
      if (method === 'PATCH' && !stored.has(key))
        throw new KubeError({ status: 404, reason: 'NotFound', message: 'gone' });
      stored.set(key, { ...stored.get(key), ...event });
      return event as T;
    },
    watch: () => {
      throw new Error('watches are not supported');
    },
    close: async () => Promise.resolve(),
  };
  return { api, stored, state };
}

function recorderOn(api: KubeApi, repeatMs = 20) {
  const log = createLogger({ program: 'test', level: 'fatal' });
  return createEventRecorder({ api, component: 'test', log, signal: stop.signal, repeatMs });
}

function event(name: string, message = 'something happened'): EventToRecord {
  return {
    regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` },
    type: 'Warning',
    reason: 'Happened',
    message,
  };
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isSo() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

test('Repeats of an event are counted on one object.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api);
  for (let i = 0; i < 5; i += 1) recorder.record(event('a'));
  await until(() => [...stored.values()].some(({ count }) => count === 5));
  recorder.record(event('a'));
  await until(() => [...stored.values()].some(({ count }) => count === 6));
  expect(stored.size).toBe(1);
});

test('A repeat is counted whenever it comes, also just after the first write has ended.', async () => {
  const microtasks = async (count: number) => {
    for (let i = 0; i < count; i += 1) await Promise.resolve();
  };
  for (let after = 0; after < 60; after += 1) {
    const { api, stored } = storeOfEvents();
    const recorder = recorderOn(api, 0);
    recorder.record(event('a'));
    await microtasks(after);
    recorder.record(event('a'));
    await until(() => [...stored.values()].some(({ count }) => count === 2));
  }
});

test('Other messages and other objects are events of their own.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api);
  recorder.record(event('a', 'one'));
  recorder.record(event('a', 'two'));
  recorder.record(event('b', 'one'));
  await until(() => stored.size === 3);
});

test('An object that is talked about too much is talked about less.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api);
  for (let i = 0; i < 100; i += 1) recorder.record(event('a', `message ${i}`));
  recorder.record(event('b'));
  await until(() => stored.size === 26);
});

test('A namespace that is talked about too much takes no event from another one, nor holds it up.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api);
  const about = ({ regarding, ...rest }: EventToRecord, namespace: string): EventToRecord => {
    return { ...rest, regarding: { ...regarding, namespace } };
  };
  const isWritten = (name: string) => [...stored.values()].some(({ message }) => message === name);
  recorder.record(about(event('first'), 'loud'));
  recorder.record(about(event('early', 'early'), 'shop'));
  for (let at = 0; at < 3_000; at++) recorder.record(about(event(`web-${at}`), 'loud'));
  recorder.record(about(event('late', 'late'), 'shop'));
  await until(() => isWritten('early') && isWritten('late'));
  expect([...stored.values()].findIndex(({ message }) => message === 'late')).toBeLessThan(500);
});

test('A refused write is not thrown, and later events are written.', async () => {
  const { api, stored, state } = storeOfEvents();
  const recorder = recorderOn(api);
  state.refuse = true;
  recorder.record(event('a'));
  await until(() => state.calls === 1);
  state.refuse = false;
  recorder.record(event('b'));
  await until(() => stored.size === 1);
});

test('An Event that an API server does not answer is written when it does, once.', async () => {
  const { api, stored } = storeOfEvents();
  let silent = 2;
  const restarts: KubeApi = {
    ...api,
    call: async <T>(call: KubeCall) => {
      silent -= 1;
      if (silent === 1) await api.call(call);
      if (silent >= 0) throw new KubeError({ status: 503, reason: 'ServiceUnavailable', message: 'it restarts' });
      if (call.method === 'POST') throw new KubeError({ status: 409, reason: 'AlreadyExists', message: 'it exists' });
      return api.call<T>(call);
    },
  };
  const recorder = recorderOn(restarts);
  recorder.record(event('a', 'one'));
  await until(() => silent < -1);
  expect([...stored.values()].map(({ count, message }) => `${message} ${count}`)).toEqual(['one 1']);
});

test('What never answers is given up, and later events are written.', async () => {
  const { api, stored, state } = storeOfEvents();
  const broken: KubeApi = {
    ...api,
    call: async <T>(call: KubeCall) => {
      const isFor = (call.body as { involvedObject?: { name: string } }).involvedObject?.name;
      if (isFor !== 'a') return api.call<T>(call);
      state.calls += 1;
      throw new KubeError({ status: 500, reason: 'InternalError', message: 'failed calling webhook' });
    },
  };
  const recorder = recorderOn(broken, 1);
  recorder.record(event('a'));
  recorder.record(event('b'));
  await until(() => stored.size === 1 && state.calls === 5);
  await sleep(300, stop.signal);
  expect(state.calls).toBe(5);
});

test('An Event that was cleaned up meanwhile is written again.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api);
  recorder.record(event('a'));
  await until(() => stored.size === 1);
  stored.clear();
  recorder.record(event('a'));
  await until(() => [...stored.values()].some(({ count }) => count === 2));
});

test('flush sends what still waits for its time.', async () => {
  const { api, stored } = storeOfEvents();
  const recorder = recorderOn(api, 60_000);
  recorder.record(event('a'));
  await until(() => stored.size === 1);
  recorder.record(event('a'));
  await recorder.flush(AbortSignal.timeout(1_000));
  expect([...stored.values()][0]?.count).toBe(2);
  stop.abort();
});

test('an event whose write the end of the program cuts off is sent by flush, once', async () => {
  const { api, stored } = storeOfEvents();
  const end = new AbortController();
  const hangs: KubeApi = {
    ...api,
    call: async <T>(call: KubeCall) =>
      (end.signal.aborted ? api.call<T>(call) : sleep(60_000, call.signal)) as Promise<T>,
  };
  const log = createLogger({ program: 'test', level: 'fatal' });
  const recorder = createEventRecorder({ api: hangs, component: 'test', log, signal: end.signal });
  recorder.record(event('a'));
  await sleep(20, new AbortController().signal);
  end.abort();
  recorder.record(event('b'));
  await recorder.flush(AbortSignal.timeout(1_000));
  expect([...stored.values()].map(({ count }) => count)).toEqual([1, 1]);
});
