import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Row } from '../rows.ts';
import { amid, untilWhole } from './disturb.ts';
import { RunningRow, type Finished, type RowOptions } from './running-row.ts';

export interface BatchOptions extends RowOptions {
  readonly say: (line: string) => void;
  /** Nobody waits until all is gone. */
  readonly leavesAtOnce?: boolean;
}

const beforeMs = 3_000;
/** Connections that are on their way when a rollout ends are part of it. */
const afterMs = 8_000;

/**
 * Runs the rows of each batch at once, and one batch after the other; the number is that of the first row. The pods of
 * all of them are made and deleted together, which takes longer than a rollout.
 */
export async function runBatches(
  batches: readonly (readonly Row[])[],
  options: BatchOptions,
): Promise<readonly Finished[]> {
  let { number } = options;
  const all = batches.map((batch) => batch.map((row) => new RunningRow(row, { ...options, number: number++ })));
  await Promise.all(all.flat().map(async (row) => row.prepare()));
  options.say(`${all.flat().length} rows have their pods`);
  for (const [index, batch] of all.entries()) {
    await rollOuts(batch, batches[index]?.[0]?.fault ?? { kind: 'none' }, options);
  }
  const isAwaited = options.leavesAtOnce !== true;
  const finished = await Promise.all(all.flat().map(async (row) => row.clear(isAwaited)));
  options.say(`${finished.length} rows are cleared away`);
  return finished;
}

async function rollOuts(rows: readonly RunningRow[], fault: Fault, { say }: BatchOptions): Promise<void> {
  await Promise.all(rows.map(async (row) => row.startLoad()));
  await sleep(beforeMs);
  for (let left = await unfinished(rows); left.length > 0; left = await unfinished(rows)) {
    await amid(fault, async () => Promise.all(left.map(async (row) => row.roll())));
    await untilWhole();
    say(`${left.length} rollouts of ${rows.length} rows are complete`);
    await sleep(afterMs);
  }
  await Promise.all(rows.map(async (row) => row.endLoad()));
}

async function unfinished(running: readonly RunningRow[]): Promise<readonly RunningRow[]> {
  const are = await Promise.all(running.map(async (row) => row.isUnfinished()));
  return running.filter((_, index) => are[index]);
}
