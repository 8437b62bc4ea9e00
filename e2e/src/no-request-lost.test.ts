import { beforeAll, describe, expect, test } from '@jest/globals';
import { batchesOf } from '@clb-direct/scripts/prove/batches.ts';
import { runBatch } from '@clb-direct/scripts/prove/inside/run-batch.ts';
import type { Finished } from '@clb-direct/scripts/prove/inside/running-row.ts';
import { rowsInTests } from '@clb-direct/scripts/prove/rows.ts';

/** Rows of ./scripts/prove with a short load; those that break nothing for others run at once. */
const batches = batchesOf(rowsInTests, rowsInTests.length);
const options = { requests: 300, perSecond: 25, replicas: 2, source: 'tests', say: () => undefined };

describe.each(batches.map((batch) => ({ batch })))('while a client asks the VIP', ({ batch }) => {
  let finished: readonly Finished[] = [];

  beforeAll(async () => {
    const number = 1 + rowsInTests.findIndex((row) => row === batch[0]);
    finished = await runBatch(batch, { ...options, number });
  });

  const of = (name: string) => finished.find(({ row }) => row.name === name);

  test.each(batch)('$name: rolls out as it must, and what serves in the end has answered', ({ name, mustLose }) => {
    const { result, seen } = of(name) ?? {};
    expect(result).toMatchObject({ failure: null, mustLose: mustLose === true });
    if (mustLose === true) expect(result?.lost).toBeGreaterThan(0);
    else expect(result?.losses).toEqual([]);
    expect(result?.requests).toBeGreaterThanOrEqual(options.requests);
    const answered = new Set(seen?.load.answers.map(([, pod]) => pod));
    const left = seen?.pods.filter(({ endingAtMs, goneAtMs }) => endingAtMs === undefined && goneAtMs === undefined);
    expect(left).toHaveLength(options.replicas);
    expect(left?.filter(({ name: pod }) => !answered.has(pod))).toEqual([]);
  });
});
