import { expect, test } from '@jest/globals';
import { until } from '@clb-direct/shared/testing/until.ts';
import fc from 'fast-check';
import { command, ModelledWorld } from '../testing/modelled-world.ts';

/** More when somebody looks for rare faults: MODEL_RUNS=500. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 12);
const quietMs = 120;

const pass = async (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * People and clusters do anything, the CLB API fails, the controller dies: in the end there is what the Services and
 * pods say, nothing of others was touched, and nothing is written that stands already.
 */
async function run(commands: readonly ((world: ModelledWorld) => Promise<void> | void)[]): Promise<void> {
  const world = new ModelledWorld();
  world.start();
  try {
    for (const one of commands) {
      await one(world);
      await pass(8);
    }
    world.calm();
    await untilSame(world);
    await expectQuiet(world);
    await world.restart();
    await expectQuiet(world);
    expect(world.foreign()).toEqual(world.foreignBefore);
  } finally {
    await world.stop();
  }
}

async function untilSame(world: ModelledWorld): Promise<void> {
  const differs = () => JSON.stringify(world.seen()) !== JSON.stringify(world.expected());
  await until(() => !differs(), 8_000).catch(() => undefined);
  expect(world.seen()).toEqual(world.expected());
}

/** Looks go on, and write nothing. */
async function expectQuiet(world: ModelledWorld): Promise<void> {
  await pass(quietMs);
  const { length } = world.clb.writes;
  await pass(quietMs);
  expect(world.clb.writes.slice(length)).toEqual([]);
}

test(
  'Whatever happens, in the end the CLBs carry what Services and pods say, and nothing of others is touched.',
  async () => {
    const commands = fc.array(command, { minLength: 4, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(commands, async (list) => run(list.map(({ run: one }) => one))),
      {
        numRuns,
        endOnFailure: true,
      },
    );
  },
  numRuns * 12_000,
);
