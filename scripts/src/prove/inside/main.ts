/**
 * Runs rows inside the network of a cluster with everything installed: main.ts, with the rows and options as JSON in
 * CLB_DIRECT_PROVE.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { say } from '@clb-direct/shared/runtime/command-line/say.ts';
import { batchesOf, preparedTogether } from '../batches.ts';
import type { Result } from '../figures.ts';
import { isPassed } from '../figures.ts';
import { timeLine } from '../page/time-line.ts';
import { addResult } from '../results.ts';
import { rows as allRows } from '../rows.ts';
import { runBatches } from './run-batches.ts';

/** What the command gives to the program inside. */
export interface Order {
  readonly rows: readonly string[];
  readonly requests: number;
  readonly perSecond: number;
  readonly atOnce: number;
  readonly state: string;
  readonly source: string;
  /** Where the picture of the first row that may lose nothing goes. */
  readonly picture: string;
}

function tell({ name, requests, lost, losses, failure, seconds, ...rest }: Result): void {
  const verdict = isPassed({ name, requests, lost, losses, failure, seconds, ...rest }) ? 'as it must be' : 'FAILED';
  say(
    `${name}: ${lost} of ${requests} requests lost, ${verdict} (${seconds} s)${failure === null ? '' : `: ${failure}`}`,
  );
  for (const { atMs, connection, target, phase, cause, why } of losses) {
    say(`  lost at ${new Date(atMs).toISOString()}, ${connection} connection to ${target}, ${phase}: ${why}; ${cause}`);
  }
}

const order = JSON.parse(process.env['CLB_DIRECT_PROVE'] ?? '') as Order;
const { state, source, requests, perSecond, atOnce } = order;
const asked = allRows.filter(({ name }) => order.rows.includes(name));
let hasPicture = false;
let number = 1;
for (const together of preparedTogether(batchesOf(asked, atOnce))) {
  const names = together.flat().map(({ name }) => name);
  say(`rows ${number} to ${number + names.length - 1} of ${asked.length}: ${names.join(', ')}`);
  for (const { row, result, seen } of await runBatches(together, {
    requests,
    perSecond,
    replicas: 4,
    number,
    source,
    say,
  })) {
    tell(result);
    await addResult(state, result);
    if (hasPicture || row.mustLose === true || result.failure !== null) continue;
    await mkdir(dirname(order.picture), { recursive: true });
    await writeFile(order.picture, timeLine(row.name, seen));
    hasPicture = true;
  }
  number += names.length;
}
