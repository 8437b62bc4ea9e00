import { slotOf, type Problem } from './binding.ts';
import type { ListenerSpec } from './clb-port.ts';
import { listenerKey } from './memory.ts';
import { bindingKeyOf, type Sight } from './sight.ts';

/** Listeners that stood, that nobody of us deleted, and that are to be made again: their ids, by listenerKey. */
export type MissingListeners = ReadonlyMap<string, string>;

interface MissingFacts {
  readonly create: readonly ListenerSpec[];
  /** What was seen the last time; its bound listeners are those that we would not delete. */
  readonly before: Sight | undefined;
  /** Found missing earlier and not made again yet. */
  readonly known: MissingListeners;
  readonly clusterId: string;
}

export function missingListeners({ create, before, known, clusterId }: MissingFacts): MissingListeners {
  const found = create.flatMap((spec) => {
    const key = listenerKey(spec);
    const id = known.get(key) ?? before?.listenerIds.get(bindingKeyOf(spec, clusterId));
    return id === undefined ? [] : [[key, id] as const];
  });
  return new Map(found);
}

/** What is told of a listener that is missing, to the Service that wants it. */
export function missingProblem(spec: ListenerSpec, listenerId: string, loadBalancerId: string): Problem {
  const message = `Listener ${listenerId} (${slotOf(spec)}) of ${loadBalancerId} is gone, and clb-direct did not delete it; clients reach nothing there. It is made again with its targets. To take a port away, change the Service and not the CLB.`;
  return { reason: 'ListenerMissing', message };
}
