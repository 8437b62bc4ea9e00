import type { BoundTarget } from '../model/observed.ts';
import type { Step } from '../model/step.ts';
import { targetKey } from '../model/target.ts';
import type { Memory } from './memory.ts';
import { checksAfterWrites } from './seen-checks.ts';

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
export function afterWrites(memory: Memory, sent: readonly Step[], done: readonly Step[]): Memory {
  const [written, confirmed] = [keysOf(sent), keysOf(done)];
  const unsettled = new Set([...memory.unsettled, ...written].filter((key) => !confirmed.has(key)));
  return {
    ...memory,
    seenWeights: new Map([...memory.seenWeights].filter(([key]) => !written.has(key))),
    seenChecks: checksAfterWrites(memory.seenChecks, sent),
    unsettled,
  };
}

function keysOf(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap((step) => ('target' in step ? [targetKey(step.target)] : [])));
}
