import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../rows.ts';
import { amid, untilWhole } from './disturb.ts';
import { RunningRow, type Finished, type RowOptions } from './running-row.ts';

export interface BatchOptions extends RowOptions {
  readonly say: (line: string) => void;
}

const beforeMs = 3_000;
/** Connections that are on their way when a rollout ends are part of it. */
const afterMs = 8_000;

/** Runs rows at once that have the same fault, or none but their CLB's; the number is that of the first. */
export async function runBatch(rows: readonly Row[], options: BatchOptions): Promise<readonly Finished[]> {
  const running = rows.map((row, index) => new RunningRow(row, { ...options, number: options.number + index }));
  await Promise.all(running.map(async (row) => row.begin()));
  options.say(`${rows.length} rows are under load`);
  await sleep(beforeMs);
  for (let left = await unfinished(running); left.length > 0; left = await unfinished(running)) {
    await amid(rows[0]?.fault ?? { kind: 'none' }, async () => Promise.all(left.map(async (row) => row.roll())));
    await untilWhole();
    options.say(`${left.length} rollouts of ${rows.length} rows are complete`);
    await sleep(afterMs);
  }
  const finished = await Promise.all(running.map(async (row) => row.end()));
  options.say(`${rows.length} rows are cleared away`);
  return finished;
}

async function unfinished(running: readonly RunningRow[]): Promise<readonly RunningRow[]> {
  const are = await Promise.all(running.map(async (row) => row.isUnfinished()));
  return running.filter((_, index) => are[index]);
}
