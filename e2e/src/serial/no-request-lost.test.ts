import { beforeAll, expect, test } from '@jest/globals';
import { batchesOf } from '@clb-direct/scripts/prove/batches.ts';
import { runBatches } from '@clb-direct/scripts/prove/inside/run-batches.ts';
import type { Finished } from '@clb-direct/scripts/prove/inside/running-row.ts';
import { rowsInTests } from '@clb-direct/scripts/prove/rows.ts';

/** Rows of ./scripts/prove with a short load; those that break nothing for others run at once. */
const batches = batchesOf(rowsInTests, rowsInTests.length);
const options = { requests: 300, perSecond: 15, replicas: 2, number: 1, source: 'tests', leavesAtOnce: true };
const startedMs = Date.now();
let finished: readonly Finished[] = [];

/** The only output that this part of the tests shows. */
function say(line: string): void {
  process.stderr.write(`${((Date.now() - startedMs) / 1000).toFixed(0)} s: ${line}\n`);
}

beforeAll(async () => {
  finished = await runBatches(batches, { ...options, say });
}, 1_800_000);

test.each(rowsInTests.filter(({ mustLose }) => mustLose !== true))(
  '$name: the rollout is complete, no request is lost, and every pod serves.',
  ({ name }) => {
    const { result, seen } = finished.find(({ row }) => row.name === name) ?? {};
    expect(result).toMatchObject({ failure: null, losses: [], lost: 0 });
    expect(result?.requests).toBeGreaterThanOrEqual(options.requests);
    const answered = new Set(seen?.load.answers.map(([, pod]) => pod));
    const left = seen?.pods.filter(({ endingAtMs, goneAtMs }) => endingAtMs === undefined && goneAtMs === undefined);
    expect(left).toHaveLength(options.replicas);
    expect(left?.filter(({ name: pod }) => !answered.has(pod))).toEqual([]);
  },
);

test.each(rowsInTests.filter(({ mustLose }) => mustLose))(
  '$name: the same load loses requests without that part, so it would show a loss.',
  ({ name }) => {
    const { result } = finished.find(({ row }) => row.name === name) ?? {};
    expect(result).toMatchObject({ failure: null });
    expect(result?.lost).toBeGreaterThan(0);
  },
);
