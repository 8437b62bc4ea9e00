import { describe, expect, test } from '@jest/globals';
import type { StepRefusal } from '../core/model/clb-port.ts';
import { CloudError, type CloudErrorKind } from '../core/model/cloud-error.ts';
import type { CreateListener, Register } from '../core/model/step.ts';
import type { RefusedStep } from '../core/plan/memory.ts';
import { bisect, retryApart } from './bisect.ts';

const errorOf = (kind: CloudErrorKind, message = 'no') => new CloudError(message, { kind, code: 'X', action: 'X' });
const listeners = (count: number): CreateListener[] =>
  Array.from({ length: count }, (_, port) => {
    const place = { protocol: 'TCP', port } as const;
    return { kind: 'create-listener', name: `s${port}`, place, settings: {}, owners: [], reason: 'wanted' };
  });
const portsOf = (refused: readonly RefusedStep[]) => refused.map(({ step }) => step.place?.port);

/** A cloud that makes listeners as long as none of a call is refused. */
function cloud(refuse: (step: CreateListener, made: readonly number[]) => CloudError | undefined) {
  const made: number[] = [];
  const calls: (readonly number[])[] = [];
  const create = async (steps: readonly CreateListener[]): Promise<StepRefusal<CreateListener>[]> => {
    calls.push(steps.map(({ place }) => place.port));
    const before = [...made];
    for (const step of steps) {
      const error = refuse(step, made);
      if (error !== undefined) {
        made.splice(0, made.length, ...before);
        return Promise.resolve([{ steps, error }]);
      }
      made.push(step.place.port);
    }
    return Promise.resolve([]);
  };
  return { made, calls, create };
}

const refusedBefore = (count: number) =>
  listeners(count).map((step) => {
    return { step, error: errorOf('refused', `said of ${step.place.port}`) };
  });

describe('making listeners in halves', () => {
  test('takes one call when all is well', async () => {
    const { calls, create, made } = cloud(() => undefined);
    expect(await bisect(listeners(49), create)).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(made).toHaveLength(49);
  });

  test('finds one bad listener among many in few calls', async () => {
    const { calls, create, made } = cloud(({ place }) => (place.port === 17 ? errorOf('refused') : undefined));
    expect(portsOf(await bisect(listeners(49), create))).toEqual([17]);
    expect(made).toHaveLength(48);
    expect(calls.length).toBeLessThanOrEqual(13);
  });

  test('fills a quota up to its end', async () => {
    const { create, made } = cloud((_, before) => (before.length >= 5 ? errorOf('quota') : undefined));
    const refused = await bisect(listeners(8), create);
    expect(made).toEqual([0, 1, 2, 3, 4]);
    expect(portsOf(refused)).toEqual([5, 6, 7]);
  });

  test('spends few calls when all are bad, and names them all', async () => {
    const { calls, create } = cloud(() => errorOf('refused'));
    expect(await bisect(listeners(49), create)).toHaveLength(49);
    expect(calls).toHaveLength(17);
  });

  test('does not repeat at once what failed half way', async () => {
    const { calls, create } = cloud(() => errorOf('transient'));
    expect(await bisect(listeners(8), create)).toHaveLength(8);
    expect(calls).toHaveLength(1);
  });
});

describe('making listeners that were refused before', () => {
  test('tries a few alone and the others together, and has the others alone the next time', async () => {
    const { calls, create, made } = cloud(({ place: { port } }) =>
      port === 1 || port === 6 ? errorOf('transient') : undefined,
    );
    const first = await retryApart(refusedBefore(8), create);
    expect(calls).toEqual([[0], [1], [2], [3], [4, 5, 6, 7]]);
    expect(portsOf(first)).toEqual([4, 5, 6, 7, 1]);
    expect(first.map(({ error }) => error.message)).toEqual(['said of 4', 'said of 5', 'said of 6', 'said of 7', 'no']);
    const again = first as { step: CreateListener; error: CloudError }[];
    const second = await retryApart(again, create);
    expect(made.toSorted()).toEqual([0, 2, 3, 4, 5, 7]);
    expect(portsOf(second)).toEqual([1, 6]);
  });

  test('soon has done all but the bad ones', async () => {
    const bad = [13, 66, 120, 180];
    const { calls, create, made } = cloud(({ place: { port } }) =>
      bad.includes(port) ? errorOf('refused') : undefined,
    );
    let refused = await bisect(listeners(200), create);
    for (let runs = 0; refused.length > bad.length && runs < 50; runs += 1)
      refused = await retryApart(refused as { step: CreateListener; error: CloudError }[], create);
    expect(made).toHaveLength(196);
    expect(calls.length).toBeLessThan(100);
  });
});

describe('registering targets in halves', () => {
  const targets = (count: number, listenerId = 'lbl-1'): Register[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'register',
      place: { protocol: 'TCP', port: 80 },
      target: { listenerId, ip: `10.0.0.${index}`, port: 8080 },
      weight: 10,
      tag: '',
      owners: [],
      reason: 'backend-ready',
    }));
  const ipsOf = (steps: readonly Register[]) => steps.map(({ target }) => target.ip);

  /** A cloud that refuses whole listeners for one bad target. */
  async function run(steps: readonly Register[], isBad: (step: Register) => boolean) {
    let calls = 0;
    const refused = await bisect(steps, async (some) => {
      calls += 1;
      const bad = new Set(some.filter(isBad).map(({ target }) => target.listenerId));
      const refusals = [...bad].map((listenerId) => {
        const those = some.filter(({ target }) => target.listenerId === listenerId);
        return { steps: those, error: errorOf('refused') };
      });
      return Promise.resolve(refusals);
    });
    const bad = refused.map(({ step }) => step as Register);
    return { taken: steps.length - refused.length, refused: ipsOf(bad), calls, errors: refused };
  }

  test('takes one call when all is well', async () => {
    expect(await run(targets(200), () => false)).toMatchObject({ taken: 200, refused: [], calls: 1 });
  });

  test('finds one bad target among many in few calls', async () => {
    const found = await run(targets(200), ({ target }) => target.ip === '10.0.0.77');
    expect(found).toMatchObject({ taken: 199, refused: ['10.0.0.77'] });
    expect(found.calls).toBeLessThanOrEqual(17);
    expect(found.errors[0]?.error.message).toBe('no');
  });

  test('spends no more calls than that when all are bad', async () => {
    const found = await run(targets(200), () => true);
    expect(found).toMatchObject({ taken: 0, calls: 17 });
    expect(found.refused).toHaveLength(200);
  });

  test('a bad listener does not concern another one', async () => {
    const mixed = [...targets(1), ...targets(3, 'lbl-2')];
    const found = await run(mixed, ({ target }) => target.listenerId === 'lbl-1');
    expect(found).toMatchObject({ taken: 3, refused: ['10.0.0.0'], calls: 1 });
  });

  test('a quota of one listener, which refuses the whole call, takes nothing from another one', async () => {
    const quota = errorOf('quota', 'full');
    const isFull = ({ target }: Register) => target.listenerId === 'lbl-1' && target.ip !== '10.0.0.0';
    const mixed = [...targets(8), ...targets(1, 'lbl-2')];
    const refused = await bisect(mixed, async (some) =>
      some.some(isFull) ? Promise.reject(quota) : Promise.resolve([]),
    );
    const keys = new Set(refused.map(({ step }) => step));
    const taken = mixed.filter((step) => !keys.has(step));
    expect(taken.map(({ target }) => `${target.listenerId} ${target.ip}`)).toEqual([
      'lbl-1 10.0.0.0',
      'lbl-2 10.0.0.0',
    ]);
    expect(refused).toHaveLength(7);
    expect(refused[0]?.error).toBe(quota);
  });
});
