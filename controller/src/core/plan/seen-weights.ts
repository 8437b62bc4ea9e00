import type { BoundTarget } from '../model/observed.ts';
import { targetKeysOf, type Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { Memory } from './memory.ts';
import { listenersOf, settingsAfterWrites } from './seen-settings.ts';
import { creationsAfterWrites, type Sent } from './unsettled-creations.ts';

/** By targetKey: the weights that a look shows, of targets that no earlier write of ours may still change. */
export function seenWeights(
  observed: readonly BoundTarget[],
  { unsettled }: Pick<Memory, 'unsettled'>,
): ReadonlyMap<string, number> {
  const settled = observed.filter((target) => !unsettled.has(targetKey(target)));
  return new Map(settled.map((target) => [targetKey(target), target.weight]));
}

/**
 * Forgets what was written to. A write that was not confirmed may still take effect; only a confirmed one
 * to the same target shows that it does not any more, because a CLB does its changes one after another.
 */
export function afterWrites(memory: Memory, { sent, done, nowMs }: Sent): Memory {
  const [written, confirmed] = [new Set(targetKeysOf(sent)), new Set(targetKeysOf(done))];
  return {
    ...memory,
    seenWeights: new Map([...memory.seenWeights].filter(([key]) => !written.has(key))),
    seenSettings: settingsAfterWrites(memory.seenSettings, sent),
    unsettled: unconfirmed(memory.unsettled, written, confirmed),
    mayRise: unconfirmed(memory.mayRise, new Set(targetKeysOf(sent.filter(givesWeight))), confirmed),
    unsettledListeners: unconfirmed(memory.unsettledListeners, listenersOf(sent), listenersOf(done)),
    unsettledCreations: creationsAfterWrites(memory.unsettledCreations, { sent, done, nowMs }),
  };
}

function givesWeight(step: Step): boolean {
  return step.kind === 'register' || (step.kind === 'set-weight' && step.weight > 0);
}

type Keys = ReadonlySet<string>;

function unconfirmed(before: Keys, written: Keys, confirmed: Keys): Keys {
  return before.union(written).difference(confirmed);
}
