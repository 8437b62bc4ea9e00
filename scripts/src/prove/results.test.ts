import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Result } from './figures.ts';
import { addResult, readResults } from './results.ts';

const result = (name: string, lost: number): Result => ({
  ...{ name, requests: 500, lost, allowed: null, mustLose: false, rollouts: 1, seconds: 60, losses: [] },
  ...{ at: '2026-11-27T12:00:00.000Z', source: 'abc1234', failure: null },
});

test('The newest result of each row counts, and a line that was cut short is none.', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prove-'));
  try {
    const file = join(folder, 'sub', 'results.jsonl');
    expect(await readResults(file)).toEqual([]);
    await addResult(file, result('a', 1));
    await addResult(file, result('b', 0));
    await addResult(file, result('a', 0));
    expect(await readResults(file)).toEqual([result('a', 0), result('b', 0)]);
    await writeFile(file, `${JSON.stringify(result('a', 2))}\n{"name":"b","los`);
    expect(await readResults(file)).toEqual([result('a', 2)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
