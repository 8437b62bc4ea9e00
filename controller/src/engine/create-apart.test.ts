import { describe, expect, test } from '@jest/globals';
import { CloudError, type CloudErrorKind, type ListenerSpec } from '../core/clb-port.ts';
import type { RefusedListener } from '../core/memory.ts';
import { createInHalves, createOneByOne, refusedOf } from './create-apart.ts';

const errorOf = (kind: CloudErrorKind, message = 'no') => new CloudError(message, { kind, code: 'X', action: 'X' });
const specs = (count: number): ListenerSpec[] =>
  Array.from({ length: count }, (_, index) => {
    return { name: `s${index}`, protocol: 'TCP', port: index };
  });

/** A cloud that makes listeners as long as none of a call is refused. */
function cloud(refuse: (spec: ListenerSpec, made: readonly number[]) => CloudError | undefined) {
  const made: number[] = [];
  const calls: (readonly number[])[] = [];
  const create = async (some: readonly ListenerSpec[]) => {
    calls.push(some.map(({ port }) => port));
    const before = [...made];
    for (const spec of some) {
      const cause = refuse(spec, made);
      if (cause !== undefined) {
        made.splice(0, made.length, ...before);
        return Promise.resolve([{ specs: some, cause }]);
      }
      made.push(spec.port);
    }
    return Promise.resolve([]);
  };
  return { made, calls, create };
}

const refusedBefore = (count: number): RefusedListener[] =>
  specs(count).map((spec) => {
    return { spec, error: errorOf('refused', `said of ${spec.port}`) };
  });

describe('making listeners in halves', () => {
  test('takes one call when all is well', async () => {
    const { calls, create, made } = cloud(() => undefined);
    expect(await createInHalves(specs(49), create)).toEqual([]);
    expect(calls).toHaveLength(1);
    expect(made).toHaveLength(49);
  });

  test('finds one bad listener among many in few calls', async () => {
    const { calls, create, made } = cloud(({ port }) => (port === 17 ? errorOf('refused') : undefined));
    const refusals = await createInHalves(specs(49), create);
    expect(refusals.map(({ specs: some }) => some.map(({ port }) => port))).toEqual([[17]]);
    expect(made).toHaveLength(48);
    expect(calls.length).toBeLessThanOrEqual(13);
  });

  test('fills a quota up to its end', async () => {
    const { create, made } = cloud((_, before) => (before.length >= 5 ? errorOf('quota') : undefined));
    const refusals = await createInHalves(specs(8), create);
    expect(made).toEqual([0, 1, 2, 3, 4]);
    expect(refusedOf(refusals).map(({ spec }) => spec.port)).toEqual([5, 6, 7]);
  });

  test('spends few calls when all are bad, and tells of all', async () => {
    const { calls, create } = cloud(() => errorOf('refused'));
    expect(refusedOf(await createInHalves(specs(49), create))).toHaveLength(49);
    expect(calls).toHaveLength(17);
  });

  test('does not repeat at once what failed half way', async () => {
    const { calls, create } = cloud(() => errorOf('transient'));
    expect(refusedOf(await createInHalves(specs(8), create))).toHaveLength(8);
    expect(calls).toHaveLength(1);
  });
});

describe('making listeners that were refused before', () => {
  test('tries a few alone and the others together, and has the others alone the next time', async () => {
    const { calls, create, made } = cloud(({ port }) => (port === 1 || port === 6 ? errorOf('transient') : undefined));
    const first = await createOneByOne(refusedBefore(8), create);
    expect(calls).toEqual([[0], [1], [2], [3], [4, 5, 6, 7]]);
    expect(first.map(({ spec }) => spec.port)).toEqual([4, 5, 6, 7, 1]);
    expect(first.map(({ error }) => error.message)).toEqual(['said of 4', 'said of 5', 'said of 6', 'said of 7', 'no']);
    const second = await createOneByOne(first, create);
    expect(made.toSorted()).toEqual([0, 2, 3, 4, 5, 7]);
    expect(second.map(({ spec }) => spec.port)).toEqual([1, 6]);
  });
});
