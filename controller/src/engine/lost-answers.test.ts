import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { clbId } from '../testing/builders.ts';
import { writeActions } from '../testing/coded-clb.ts';
import { TwoServices } from '../testing/two-services.ts';
import { inVirtualTime, passesUntil, passing, passMs } from '../testing/virtual-time.ts';

inVirtualTime();

/** Real time, on a slow machine. */
jest.setTimeout(60_000);
const resyncMs = 60_000;

let world: TwoServices;
afterEach(end);

async function begin(): Promise<void> {
  world = new TwoServices();
  await world.serve(resyncMs);
  world.clb.writes.length = 0;
}

async function end(): Promise<void> {
  await passing(world.stop());
}

/** True for the first call of this action. */
function firstOf(action: string): (one: string) => boolean {
  let left = 1;
  return (one) => one === action && (left -= 1) >= 0;
}

/** What stands on the CLB, in an order of its own and without the ids of rules. */
function standing(): unknown {
  const listeners = world.clb.listenersOf(clbId).map(({ name, protocol, port, settings, rules }) => {
    return { name, protocol, port, settings, rules: rules.map(({ domain, url, settings: own }) => [domain, url, own]) };
  });
  return { listeners: listeners.toSorted((a, b) => a.port - b.port), targets: world.targets() };
}

/** How often each listener, rule or target was written to. */
function writesByKey(): unknown {
  const keys = world.clb.writes.flatMap(({ action, keys: some }) => some.map((key) => `${action} ${key}`));
  return Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, all.length]));
}

describe.each(writeActions)('%s', (action) => {
  let undisturbed: { readonly standing: unknown; readonly writes: unknown };
  beforeEach(async () => {
    await begin();
    await askAndWait(60_000);
    undisturbed = { standing: standing(), writes: writesByKey() };
    await end();
    await begin();
  });

  async function askAndWait(limitMs: number): Promise<void> {
    world.ask(action);
    await passesUntil(() => world.isDone(action), limitMs);
    await passMs(2 * resyncMs);
  }

  test('whose answer is lost is found out by reading: nothing is written twice', async () => {
    world.clb.loseAnswer = firstOf(action);
    await askAndWait(5_000);
    expect({ standing: standing(), writes: writesByKey() }).toEqual(undisturbed);
    expect(world.undone).toEqual([]);
  });

  test('that is done only a while after its answer was lost ends in the same state', async () => {
    world.clb.delayNext(action, 3_000);
    await askAndWait(10_000);
    expect(standing()).toEqual(undisturbed.standing);
    expect(world.undone).toEqual([]);
  });

  test('that is confirmed without effect is noticed, and made again within seconds', async () => {
    world.clb.isVain = firstOf(action);
    // A write that nobody waits for is verified after 10 s.
    await askAndWait(15_000);
    expect(standing()).toEqual(undisturbed.standing);
    expect(world.undone).toEqual([]);
  });
});
