import { createLogger } from '@clb-direct/shared/runtime/logger.ts';
import { beforeEach, expect, test } from '@jest/globals';
import { createContention } from './contention.ts';
import { repairObject, type RepairContext } from './repair-object.ts';
import type { OwnedObject } from '../owned-object.ts';

const log = createLogger({ program: 'test', level: 'silent' });
const { signal } = new AbortController();

let nowMs: number;
let writes: number;
let said: string[];
let context: RepairContext;
beforeEach(() => {
  nowMs = 0;
  writes = 0;
  said = [];
  context = {
    contention: createContention(() => nowMs),
    findings: {
      repaired: ({ drifts }) => void said.push(`repaired ${drifts.join()}`),
      contested: ({ drifts }) => void said.push(`contested ${drifts.join()}`),
      notKept: ({ drifts }) => void said.push(`not kept ${drifts.join()}`),
    },
    metrics: {
      repaired: (object, kinds) => void said.push(...kinds.map((kind) => `counted ${object} ${kind}`)),
      checked: () => undefined,
    },
    log,
  };
});

async function run(drifts: readonly string[], left: readonly string[] = [], isHeld = true): Promise<number> {
  const repair = () => {
    writes += 1;
    return Promise.resolve({ written: {}, left });
  };
  const object: OwnedObject = { kind: 'registration', live: {}, drifts, pathOf: () => [], repair };
  return repairObject(context, object, { signal, isHeld: () => isHeld });
}

test('what is as it has to be is not written', async () => {
  expect(await run([])).toBe(0);
  expect([writes, said]).toEqual([0, []]);
});

test('what differs is written once, counted and reported', async () => {
  expect(await run(['rules'])).toBe(0);
  expect([writes, said]).toEqual([1, ['counted registration rules', 'repaired rules']]);
});

test('nothing is written without the Lease', async () => {
  await expect(run(['rules'], [], false)).rejects.toThrow('Lease was lost');
  expect(writes).toBe(0);
});

test('what the API server does not keep is no repair, and is reported', async () => {
  await run(['rules', 'matchConditions'], ['matchConditions']);
  expect(said).toEqual(['counted registration rules', 'repaired rules', 'not kept matchConditions']);
});

test('what other writers change again and again is reported as contested, and written with pauses', async () => {
  for (let round = 0; round < 6; round += 1) await run(['rules']);
  expect(said.filter((line) => !line.startsWith('counted'))).toEqual([
    ...Array<string>(5).fill('repaired rules'),
    'contested rules',
  ]);
  expect(await run(['rules'])).toBe(2_000);
  nowMs += 2_000;
  expect(await run(['rules'])).toBe(0);
  expect(writes).toBe(7);
});
