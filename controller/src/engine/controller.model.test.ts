import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import { command } from '../testing/modelled-commands.ts';
import type { Command } from '../testing/modelled-faults.ts';
import { ModelledWorld } from '../testing/modelled-world.ts';
import { inVirtualTime, passMs } from '../testing/virtual-time.ts';

/** More when somebody looks for rare faults: MODEL_RUNS=500 PROPERTY_SEED=random. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 30);
const minuteMs = 60_000;

inVirtualTime();

/**
 * People and clusters do anything, the CLB API fails, the controller dies: in the end there is what the Services and
 * pods say, nothing of others was touched, nothing of a skipped Service either, and nothing was written that stood.
 */
async function run(commands: readonly Command<ModelledWorld>[]): Promise<void> {
  const world = new ModelledWorld();
  world.start();
  try {
    for (const one of commands) {
      await one.run(world);
      await passMs(one.pauseMs);
      expect(world.skipped().now).toEqual(world.skipped().before);
    }
    world.calm();
    await world.settles(20 * minuteMs);
    expect(world.seen()).toEqual(world.expected());
    await expectQuiet(world);
    await world.restart();
    await expectQuiet(world);
    expect(world.others().now).toEqual(world.others().before);
    expect(world.clb.idle).toEqual([]);
  } finally {
    await world.stop();
  }
}

/** Looks go on, and write nothing. */
async function expectQuiet(world: ModelledWorld): Promise<void> {
  await passMs(2 * minuteMs);
  const { length } = world.clb.writes;
  await passMs(5 * minuteMs);
  expect(world.clb.writes.slice(length)).toEqual([]);
}

test(
  'Whatever happens, in the end the CLBs carry what Services and pods say, and nothing of others is touched.',
  async () => {
    const commands = fc.array(command, { minLength: 4, maxLength: 24 });
    await fc.assert(fc.asyncProperty(commands, run), { numRuns });
  },
  numRuns * 12_000,
);
