import { describe, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { createLogger } from '../../runtime/logger.ts';
import { startFakeApiServer, type FakeApiServer, type FakeRequest } from '../../testing/fake-api-server.ts';
import { placeOf } from '../../testing/fake-objects.ts';
import { until } from '../../testing/until.ts';
import { connectKube } from '../client/connect-kube.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { runWithLease, type Leadership, type LeaseOptions } from './run-with-lease.ts';
import { lease as leasePath, leases } from '../client/paths.ts';

const log = createLogger({ program: 'test', level: 'silent' });
/** The record counts whole seconds, so others never take over in less than one. */
const times = { durationMs: 1_000, renewDeadlineMs: 600, retryMs: 40 };
/** Where nobody is to lose the Lease, however busy the machine is. */
const unhurried = { durationMs: 4_000, renewDeadlineMs: 2_500, retryMs: 250 };
const place = placeOf(leasePath('system', 'one'));

interface Candidate {
  readonly identity: string;
  /** Every term so far. */
  readonly terms: Leadership[];
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** An API server of its own and those who compete there, so that tests can wait side by side. */
interface World {
  readonly server: FakeApiServer;
  readonly api: KubeApi;
  readonly everything: AbortController;
  readonly candidates: Promise<unknown>[];
}

function inWorld(name: string, body: (world: World) => Promise<void>): void {
  test.concurrent(
    name,
    async () => {
      const server = await startFakeApiServer();
      const api = await connectKube({ kubeconfigPath: server.kubeconfigPath, userAgent: 'tester', log });
      const world = { server, api, everything: new AbortController(), candidates: [] };
      try {
        await body(world);
      } finally {
        await end(world);
      }
    },
    20_000,
  );
}

async function end({ server, api, everything, candidates }: World): Promise<void> {
  server.heal();
  everything.abort();
  await Promise.all(candidates);
  await api.close();
  await server.close();
}

/** A candidate that leads until it is stopped, and needs `endMs` to end. */
function enter(world: World, identity: string, more: Partial<LeaseOptions> & { endMs?: number } = {}): Candidate {
  const { api, everything, candidates } = world;
  const stop = new AbortController();
  everything.signal.addEventListener('abort', () => stop.abort());
  const terms: Leadership[] = [];
  const options = { api, namespace: 'system', name: 'one', identity, ...times, log, signal: stop.signal, ...more };
  const ended = runWithLease(options, async (leadership) => {
    terms.push(leadership);
    await untilAborted(leadership.signal);
    await wait(more.endMs ?? 0);
  });
  candidates.push(ended.catch(() => undefined));
  return { identity, terms, stop, ended };
}

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === false)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

const leads = ({ terms }: Candidate) => terms.at(-1)?.isHeld() ?? false;
const spec = ({ server }: World) => server.store.get(place)['spec'] as Record<string, unknown>;
const holder = (world: World) => String(spec(world)['holderIdentity']);
const isWrite = ({ method }: FakeRequest) => method === 'PUT' || method === 'POST';
const writes = ({ server }: World) => server.requests.filter(isWrite).length;
const setSpec = ({ server }: World, changes: object) =>
  server.store.patch(place, { metadata: {}, spec: changes } as never);

describe('one candidate', () => {
  inWorld('makes the Lease, renews it, and releases it when stopped', async (world) => {
    const one = enter(world, 'one', unhurried);
    await until(() => leads(one));
    expect(holder(world)).toMatch(/^one_[0-9a-f]{8}$/);
    expect(spec(world)).toMatchObject({ leaseDurationSeconds: 4, leaseTransitions: 1 });
    expect(spec(world)['renewTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    await until(() => writes(world) > 3);
    await wait(unhurried.renewDeadlineMs);
    expect(leads(one)).toBe(true);
    one.stop.abort();
    await one.ended;
    expect(spec(world)).toMatchObject({ holderIdentity: '', leaseTransitions: 1 });
    expect(leads(one)).toBe(false);
    expect(one.terms).toHaveLength(1);
  });

  inWorld('takes over from a silent holder as soon as its time is over, not at its next try', async (world) => {
    const spec = { holderIdentity: 'other_0badcafe', leaseDurationSeconds: 3, leaseTransitions: 1 };
    world.server.create(leases('system'), { metadata: { name: 'one' }, spec });
    const one = enter(world, 'one', { durationMs: 3_000, renewDeadlineMs: 2_900, retryMs: 2_400 });
    const startedMs = performance.now();
    await until(() => leads(one));
    const tookMs = performance.now() - startedMs;
    expect(tookMs).toBeGreaterThan(2_990);
    expect(tookMs).toBeLessThan(3_800);
  });

  inWorld('takes over soon from an earlier process in the same pod, and waits longer for any other', async (world) => {
    const spec = { holderIdentity: 'one_0badcafe', leaseDurationSeconds: 10, leaseTransitions: 1 };
    world.server.create(leases('system'), { metadata: { name: 'one' }, spec });
    const [two, one] = [enter(world, 'two'), enter(world, 'one')];
    const startedMs = performance.now();
    await until(() => leads(one) || leads(two));
    expect(performance.now() - startedMs).toBeLessThan(9_000);
    expect([leads(one), leads(two)]).toEqual([true, false]);
  });

  inWorld('keeps the labels that others put on the Lease', async (world) => {
    world.server.create(leases('system'), { metadata: { name: 'one', labels: { a: 'b' } } });
    const one = enter(world, 'one');
    await until(() => leads(one));
    expect(world.server.store.get(place).metadata['labels']).toEqual({ a: 'b' });
  });

  inWorld('is named as starting until it says that it has started, if that is asked for', async (world) => {
    const annotations = () => world.server.store.get(place).metadata['annotations'];
    const left = { note: 'kept', starting: 'other_0badcafe' };
    world.server.create(leases('system'), { metadata: { name: 'one', annotations: left } });
    const one = enter(world, 'one', { ...unhurried, startingMark: 'starting' });
    await until(() => leads(one));
    const before = writes(world);
    await until(() => writes(world) > before + 2);
    expect(annotations()).toEqual({ note: 'kept', starting: holder(world) });
    one.terms[0]?.started();
    await until(() => JSON.stringify(annotations()) === '{"note":"kept"}');
    one.stop.abort();
    await one.ended;
    const two = enter(world, 'two', { ...unhurried, startingMark: 'starting' });
    await until(() => leads(two));
    expect(annotations()).toEqual({ note: 'kept', starting: holder(world) });
    two.stop.abort();
    await two.ended;
    expect(annotations()).toEqual({ note: 'kept' });
  });

  inWorld('goes on renewing while the leader ends its work, and releases only then', async (world) => {
    const one = enter(world, 'one', { endMs: 900 });
    await until(() => leads(one));
    one.stop.abort();
    await wait(700);
    expect(leads(one)).toBe(true);
    expect(holder(world)).toContain('one_');
    await one.ended;
    expect(holder(world)).toBe('');
  });

  inWorld('a leader that fails ends the run with its error, and the Lease is free', async (world) => {
    const { api, everything } = world;
    const options = {
      api,
      namespace: 'system',
      name: 'one',
      identity: 'one',
      ...times,
      log,
      signal: everything.signal,
    };
    await expect(runWithLease(options, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
    expect(holder(world)).toBe('');
  });

  inWorld('times that make no sense are refused', async (world) => {
    const one = enter(world, 'one', { renewDeadlineMs: 2_000 });
    await expect(one.ended).rejects.toThrow('durationMs > renewDeadlineMs > retryMs');
  });
});

/** A logger that keeps warnings. */
function createWarnings() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ program: 'test', level: 'warn', destination }) };
}

describe('a candidate that waits', () => {
  const isRead = ({ method }: FakeRequest) => method === 'GET';
  const reads = ({ server }: World) => server.requests.filter(isRead).length;

  inWorld('reads nothing while a watch shows that the Lease is renewed', async (world) => {
    const one = enter(world, 'one', unhurried);
    await until(() => leads(one));
    enter(world, 'two', unhurried);
    await wait(3 * unhurried.retryMs);
    const [readsBefore, writesBefore] = [reads(world), writes(world)];
    await until(() => writes(world) > writesBefore + 10);
    expect(reads(world)).toBe(readsBefore);
  });

  inWorld('takes a Lease at once that is released, long before its next try', async (world) => {
    const slow = { durationMs: 30_000, renewDeadlineMs: 20_000, retryMs: 10_000 };
    const one = enter(world, 'one', slow);
    await until(() => leads(one));
    const two = enter(world, 'two', slow);
    await until(() => world.server.watches.size > 0);
    one.stop.abort();
    await one.ended;
    const startedMs = performance.now();
    await until(() => leads(two));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  inWorld('waits no longer for a silent holder than its time, although a watch showed it', async (world) => {
    const one = enter(world, 'one');
    await until(() => leads(one));
    const two = enter(world, 'two');
    await wait(10 * times.retryMs);
    // As one that is killed: it writes nothing more, and releases nothing.
    world.server.fail({
      times: 10_000,
      matches: (request) => isWrite(request) && request.body.includes('"one_'),
      answer: 'reset',
    });
    const startedMs = performance.now();
    await until(() => leads(two));
    expect(performance.now() - startedMs).toBeLessThan(times.durationMs + 3 * times.retryMs + 200);
  });

  inWorld('reads the Lease at its usual pace where it may not watch it', async (world) => {
    const one = enter(world, 'one');
    await until(() => leads(one));
    world.server.fail({ times: 10_000, matches: ({ path }) => path.endsWith('/leases'), answer: { status: 403 } });
    enter(world, 'two');
    const before = reads(world);
    await until(() => reads(world) > before + 10);
    one.stop.abort();
    await until(() => holder(world).startsWith('two_'));
  });
});

describe('a Lease that may not be touched', () => {
  inWorld('is logged once, not at every try', async (world) => {
    const warnings = createWarnings();
    world.server.fail({ times: 10_000, answer: { status: 403 } });
    enter(world, 'one', { log: warnings.log });
    await until(() => world.server.requests.length > 5);
    expect(warnings.lines).toEqual([expect.stringContaining('cannot be read or taken')]);
  });

  inWorld('by its holder is logged once until it is lost', async (world) => {
    const warnings = createWarnings();
    const one = enter(world, 'one', { log: warnings.log });
    await until(() => leads(one));
    world.server.fail({ times: 10_000, answer: { status: 403 } });
    await untilAborted(one.terms[0]?.signal);
    expect(warnings.lines.filter((line) => line.includes('not renewed'))).toHaveLength(1);
  });
});

describe('renewals', () => {
  inWorld('survive failures that are shorter than the deadline', async (world) => {
    const one = enter(world, 'one', unhurried);
    await until(() => leads(one));
    world.server.fail({ matches: isWrite, times: 3, answer: 'reset', afterEffect: true });
    const before = writes(world);
    await until(() => writes(world) > before + 6);
    expect(leads(one)).toBe(true);
    expect(one.terms).toHaveLength(1);
  });

  inWorld('that fail for too long end the term in time, before another candidate may begin', async (world) => {
    const one = enter(world, 'one');
    await until(() => leads(one));
    world.server.fail({ times: 10_000, answer: 'reset' });
    const failedAt = performance.now();
    await untilAborted(one.terms[0]?.signal);
    expect(performance.now() - failedAt).toBeLessThan(times.durationMs);
    expect(leads(one)).toBe(false);
  });

  inWorld('that hang end the term in time too', async (world) => {
    const one = enter(world, 'one');
    await until(() => leads(one));
    world.server.fail({ times: 10_000, answer: 'never' });
    const failedAt = performance.now();
    await untilAborted(one.terms[0]?.signal);
    expect(performance.now() - failedAt).toBeLessThan(times.durationMs);
  });

  inWorld('find another holder, or no Lease, and stop at once', async (world) => {
    const one = enter(world, 'one');
    await until(() => leads(one));
    setSpec(world, { holderIdentity: 'thief', renewTime: 'now' });
    await until(() => !leads(one));
    await until(() => one.terms.length === 2);
    world.server.store.delete(place);
    await until(() => one.terms.length === 3);
    expect(one.terms.map((leadership) => leadership.isHeld())).toEqual([false, false, true]);
  });
});

describe('several candidates', () => {
  inWorld('of three, one leads; when it stops the next leads at once, with a higher epoch', async (world) => {
    const three = [enter(world, 'a'), enter(world, 'b'), enter(world, 'c')];
    const epochs: number[] = [];
    for (let round = 0; round < 3; round++) {
      await until(() => three.filter(leads).length === 1);
      const leader = three.find(leads);
      epochs.push(leader?.terms.at(-1)?.epoch ?? 0);
      leader?.stop.abort();
      const stoppedAt = performance.now();
      await leader?.ended;
      if (round < 2) await until(() => three.some(leads));
      expect(performance.now() - stoppedAt).toBeLessThan(times.durationMs);
    }
    expect(epochs).toEqual([1, 2, 3]);
  });

  inWorld('that see a free Lease at the same moment write at the same moment, and one wins', async (world) => {
    world.server.create(leases('system'), { metadata: { name: 'one' }, spec: { holderIdentity: '' } });
    world.server.fail({ matches: isWrite, times: 3, answer: { delayMs: 100 } });
    const three = [enter(world, 'a'), enter(world, 'b'), enter(world, 'c')];
    await until(() => three.some(leads));
    await wait(200);
    expect(three.flatMap(({ terms }) => terms)).toHaveLength(1);
  });

  inWorld('a dead leader is followed after its time, and not before', async (world) => {
    world.server.create(leases('system'), {
      metadata: { name: 'one' },
      spec: { holderIdentity: 'dead', leaseDurationSeconds: 1, renewTime: '2001-01-01T00:00:00.000000Z' },
    });
    const enteredAt = performance.now();
    const one = enter(world, 'one');
    await until(() => leads(one));
    expect(performance.now() - enteredAt).toBeGreaterThanOrEqual(1_000);
  });

  inWorld('a free Lease is taken whatever number of holders it counts', async (world) => {
    const spec = { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 2_147_483_647 };
    world.server.create(leases('system'), { metadata: { name: 'one' }, spec });
    const one = enter(world, 'one');
    await until(() => leads(one));
    expect(world.server.store.get(place)['spec']).toMatchObject({ leaseTransitions: 1 });
  });

  inWorld('a leader whose clock is wrong by years is not followed while it renews', async (world) => {
    world.server.create(leases('system'), {
      metadata: { name: 'one' },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 1 },
    });
    const one = enter(world, 'one');
    for (let year = 2001; year < 2008; year++) {
      setSpec(world, { renewTime: `${year}-01-01T00:00:00.000000Z` });
      await wait(200);
    }
    expect(one.terms).toEqual([]);
  });

  inWorld('two never hold it at once, whatever the API server does to their requests', async (world) => {
    const three = [
      enter(world, 'a', { endMs: 20 }),
      enter(world, 'b', { endMs: 20 }),
      enter(world, 'c', { endMs: 20 }),
    ];
    const harms = [
      'reset',
      'never',
      { status: 500 },
      { status: 429, headers: { 'retry-after': '0' } },
      { delayMs: 150 },
    ] as const;
    const endAt = performance.now() + 2_500;
    let tries = 0;
    while (performance.now() < endAt) {
      expect(three.filter(leads).length).toBeLessThanOrEqual(1);
      const answer = harms[tries % harms.length] ?? 'reset';
      if (tries++ % 60 === 0) world.server.fail({ answer, times: 2 + (tries % 5), afterEffect: tries % 2 === 0 });
      await wait(3);
    }
    world.server.heal();
    await until(() => three.filter(leads).length === 1);
    const epochs = three.flatMap(({ terms }) => terms.map(({ epoch }) => epoch));
    expect(new Set(epochs).size).toBe(epochs.length);
  });
});
