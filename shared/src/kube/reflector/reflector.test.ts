import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { createLogger } from '../../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer, type FakeRequest } from '../../testing/fake-api-server.ts';
import { placeOf } from '../../testing/fake-objects.ts';
import { until } from '../../testing/until.ts';
import { connectKube } from '../client/connect-kube.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { pod, pods } from '../client/paths.ts';
import { startReflector, type Reflector, type ReflectorOptions } from './reflector.ts';

interface View {
  readonly name: string;
  readonly phase: string;
}

const log = createLogger({ program: 'test', level: 'silent' });
const quick = { pauseMs: [5, 20], idleMs: 5_000 } as const;
let stop: AbortController;
let server: FakeApiServer;
let api: KubeApi;
let changes: string[];

beforeEach(async () => {
  stop = new AbortController();
  changes = [];
  server = await startFakeApiServer();
  api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'tester', log });
});
afterEach(async () => {
  stop.abort();
  await api.close();
  await server.close();
});

function toView(raw: unknown): View | undefined {
  const { metadata, phase, skip } = raw as { metadata: { name: string }; phase: string; skip?: boolean };
  if (phase === 'unreadable') throw new Error('cannot read this');
  return skip ? undefined : { name: metadata.name, phase };
}

function onChange(key: string, now: View | undefined, before: View | undefined): void {
  changes.push(`${key} ${before?.phase ?? '-'} -> ${now?.phase ?? '-'}`);
}

function start(more: Partial<ReflectorOptions<View>> = {}): Reflector<View> {
  return startReflector({
    name: 'pods',
    api,
    path: pods(),
    toView,
    onChange,
    log,
    signal: stop.signal,
    pace: quick,
    ...more,
  });
}

const add = (name: string, phase = 'new', more = {}) =>
  server.create(pods('a'), { metadata: { name }, phase, ...more });
const edit = (name: string, patch: object) => server.store.patch(placeOf(pod('a', name)), patch as never);
const drop = (name: string) => server.store.delete(placeOf(pod('a', name)));
const isWatch = ({ query }: FakeRequest) => query.get('watch') === 'true';
const isList = (request: FakeRequest) => !isWatch(request);
const lists = () => server.requests.filter(isList).length;
const watching = () => until(() => server.watches.size === 1);

describe('the first list', () => {
  test('is read in pages, delivered whole, and then synced resolves', async () => {
    for (let i = 0; i < 7; i++) add(`p${i}`);
    const reflector = start({ pace: { ...quick, pageSize: 3 } });
    expect(reflector.isSynced()).toBe(false);
    await reflector.synced;
    expect(reflector.isSynced()).toBe(true);
    expect([...reflector.items.keys()]).toEqual(Array.from({ length: 7 }, (_, i) => `a/p${i}`));
    expect(changes).toHaveLength(7);
    expect(lists()).toBe(3);
  });

  test('starts again when its continue token expires in the middle', async () => {
    for (let i = 0; i < 5; i++) add(`p${i}`);
    server.fail({ matches: ({ query }) => query.has('continue'), answer: { status: 410 } });
    const reflector = start({ pace: { ...quick, pageSize: 2 } });
    await reflector.synced;
    expect(reflector.items.size).toBe(5);
    expect(changes).toHaveLength(5);
  });

  test('is tried until it works, whatever the server answers', async () => {
    add('one');
    for (const status of [403, 404, 410, 400]) server.fail({ answer: { status } });
    const reflector = start();
    await reflector.synced;
    expect(reflector.items.size).toBe(1);
  });

  test('leaves out what is not wanted', async () => {
    add('one', 'new', { skip: true });
    add('two');
    const reflector = start();
    await reflector.synced;
    expect([...reflector.items.keys()]).toEqual(['a/two']);
  });
});

describe('the watch', () => {
  test('brings additions, changes and deletions, and nothing when no field that we read changed', async () => {
    const reflector = start();
    await watching();
    add('one');
    edit('one', { other: 'field' });
    edit('one', { phase: 'old' });
    drop('one');
    await until(() => changes.length === 3);
    expect(changes).toEqual(['a/one - -> new', 'a/one new -> old', 'a/one old -> -']);
    expect(reflector.items.size).toBe(0);
  });

  test('an object that is no longer wanted is a deletion', async () => {
    add('one');
    start();
    await watching();
    edit('one', { skip: true });
    await until(() => changes.length === 2);
    expect(changes[1]).toBe('a/one new -> -');
  });

  test('goes on where it was when the server ends it, breaks it or refuses it', async () => {
    const reflector = start();
    for (const [i, harm] of [() => server.watches.end(), () => server.watches.cut(), () => refuseOnce()].entries()) {
      await watching();
      harm();
      add(`p${i}`);
      await until(() => reflector.items.size === i + 1);
    }
    expect(lists()).toBe(1);

    function refuseOnce() {
      server.fail({ matches: isWatch, answer: { status: 500 } });
      server.watches.end();
    }
  });

  test('is opened again when the connection is half-open', async () => {
    const reflector = start({ pace: { ...quick, idleMs: 80 } });
    server.watches.isSilent = true;
    await watching();
    add('one');
    await until(() => server.requests.filter(isWatch).length >= 2);
    server.watches.isSilent = false;
    await until(() => reflector.items.size === 1);
  });

  test('a bookmark keeps the version fresh', async () => {
    start();
    await watching();
    server.create('/api/v1/namespaces/a/secrets', { metadata: { name: 'elsewhere' } });
    server.watches.bookmark();
    server.watches.end();
    await until(() => server.requests.filter(isWatch).at(-1)?.query.get('resourceVersion') === '2');
  });
});

describe('after 410', () => {
  test('the list contains what was missed, deletions too, and what did not change is not delivered again', async () => {
    for (const name of ['stays', 'changes', 'goes']) add(name);
    const reflector = start();
    await watching();
    changes = [];
    server.watches.isSilent = true;
    edit('stays', { other: 'field' });
    edit('changes', { phase: 'old' });
    drop('goes');
    add('comes');
    server.watches.isSilent = false;
    server.watches.expire();
    await until(() => lists() === 2 && changes.length === 3);
    expect(changes.sort()).toEqual(['a/changes new -> old', 'a/comes - -> new', 'a/goes new -> -']);
    expect([...reflector.items.keys()].sort()).toEqual(['a/changes', 'a/comes', 'a/stays']);
  });

  test('every change sees items as they are after the whole list', async () => {
    for (const name of ['a1', 'a2']) add(name);
    const sizes: number[] = [];
    const reflector = start({ onChange: () => sizes.push(reflector.items.size) });
    await watching();
    server.watches.isSilent = true;
    drop('a1');
    drop('a2');
    server.watches.isSilent = false;
    server.watches.expire();
    await until(() => sizes.length === 4);
    expect(sizes).toEqual([2, 2, 0, 0]);
  });
});

describe('a list is read again', () => {
  test('after watches that fail again and again without a word', async () => {
    server.fail({ matches: isWatch, times: 3, answer: { status: 504 } });
    start();
    await watching();
    expect(lists()).toBe(2);
  });

  test('from time to time, even if all seems well', async () => {
    start({ pace: { ...quick, relistMs: [900, 1_000] } });
    await until(() => lists() >= 2);
  });
});

describe('faulty handlers', () => {
  test('a change handler that throws stops nothing', async () => {
    add('one');
    const reflector = start({
      onChange: () => {
        throw new Error('a bug');
      },
    });
    await watching();
    add('two');
    await until(() => reflector.items.size === 2);
  });

  test('an object that cannot be read keeps its last view and is not taken for deleted', async () => {
    add('one');
    const reflector = start();
    await watching();
    edit('one', { phase: 'unreadable' });
    server.watches.expire();
    await until(() => lists() === 2);
    await watching();
    expect(reflector.items.get('a/one')).toEqual({ name: 'one', phase: 'new' });
    expect(changes).toHaveLength(1);
  });

  test('an object too deep to be compared counts as changed, and the others are watched and listed on', async () => {
    const deep = () => JSON.parse(`${'['.repeat(9_990)}${']'.repeat(9_990)}`) as unknown;
    const toView = (raw: unknown) => {
      const { metadata, phase } = raw as { metadata: { name: string }; phase: string };
      return { name: metadata.name, phase, deep: metadata.name === 'deep' ? deep() : undefined };
    };
    for (const name of ['deep', 'one']) add(name);
    start({ toView });
    await watching();
    edit('deep', { phase: 'old' });
    edit('one', { phase: 'old' });
    await until(() => changes.includes('a/one new -> old'));
    expect(changes).toContain('a/deep new -> old');
    server.watches.expire();
    await until(() => lists() === 2);
    await watching();
    add('two');
    await until(() => changes.includes('a/two - -> new'));
  });
});

describe('the end', () => {
  test.each([
    ['during the list', 'never', isList],
    ['during the watch', 'never', isWatch],
    ['during the pause after a failure', { status: 404 }, isList],
  ] as const)('comes at once %s', async (_, answer, matches) => {
    server.fail({ matches, answer, times: 9 });
    const reflector = start({ pace: { pauseMs: [60_000, 60_000] } });
    await until(() => server.requests.some(matches));
    stop.abort(new Error('enough'));
    await reflector.stopped;
    await reflector.synced.catch((error: unknown) => expect(String(error)).toBe('Error: enough'));
    expect(server.watches.size).toBe(0);
  });
});

test('the age of the last contact grows in silence and falls with every word', async () => {
  const registry = new Registry();
  const reflector = start({ registry });
  await watching();
  await until(() => reflector.lastContactAgeMs() > 50);
  await until(() => {
    server.watches.bookmark();
    return reflector.lastContactAgeMs() < 40;
  });
  const text = await registry.metrics();
  expect(text).toMatch(/reflector_last_contact_age_seconds\{reflector="pods"\} 0\.\d/);
  expect(text).toContain('reflector_lists_total{reflector="pods"} 1');
});

test('A list that is refused repeatedly is logged once, and another refusal at once.', async () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  server.fail({ matches: isList, times: 3, answer: { status: 403 } });
  server.fail({ matches: isList, times: 2, answer: { status: 404 } });
  await start({ log: createLogger({ program: 'test', level: 'warn', destination }) }).synced;
  expect(lists()).toBeGreaterThan(5);
  expect(lines).toEqual([expect.stringContaining(': 403 '), expect.stringContaining(': 404 ')]);
});
