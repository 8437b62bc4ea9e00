import { expect, test } from '@jest/globals';
import { fc } from '@clb-direct/shared/testing/fast-check.ts';
import type { Command } from '../testing/modelled-faults.ts';
import { command } from '../testing/modelled-ingress-commands.ts';
import { ModelledIngresses } from '../testing/modelled-ingresses.ts';
import { inVirtualTime, passMs } from '../testing/virtual-time.ts';

/** More when somebody looks for rare faults: MODEL_RUNS=500 PROPERTY_SEED=random. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 12);
const minuteMs = 60_000;

inVirtualTime();

/**
 * People of two namespaces make, change, move and delete Ingresses that want the same paths and hosts of two CLBs, with
 * certificates, redirects and other classes; a Service wants their ports; Secrets go, the CLB API fails, and the
 * controller dies. No request goes to the pods of another path or, unless they share hosts, to another namespace than
 * the one that was first, and in the end each path that is asked for stands once.
 */
async function run(sharesHosts: boolean, commands: readonly Command<ModelledIngresses>[]): Promise<void> {
  const world = new ModelledIngresses(sharesHosts);
  world.start();
  try {
    for (const one of commands) {
      await one.run(world);
      await passMs(one.pauseMs);
      expect(world.wrong()).toEqual([]);
    }
    world.calm();
    await world.settles(20 * minuteMs);
    expect(world.seen()).toEqual(world.expected());
    await expectQuiet(world);
    expect(world.wrong()).toEqual([]);
    await world.restart();
    await expectQuiet(world);
  } finally {
    await world.stop();
  }
}

/** Looks go on, and write nothing. */
async function expectQuiet(world: ModelledIngresses): Promise<void> {
  await passMs(20_000);
  const { length } = world.clb.writes;
  await passMs(20_000);
  expect(world.clb.writes.slice(length)).toEqual([]);
}

test(
  'Whatever Ingresses want, in the end each path stands once, unknown hosts have their place, and who went is gone.',
  async () => {
    const commands = fc.array(command, { minLength: 3, maxLength: 14 });
    await fc.assert(fc.asyncProperty(fc.boolean(), commands, run), { numRuns });
  },
  numRuns * 12_000,
);
