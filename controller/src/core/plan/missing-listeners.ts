import { claimKey } from '../model/binding.ts';
import { placeKey } from '../model/place.ts';
import { isKind, type CreateListener, type Step } from '../model/step.ts';
import type { BalancerState } from '../model/balancer-state.ts';

/** Listeners that stood, that we did not delete, and that are to be made again: their ids, by missingKey. */
export type MissingListeners = ReadonlyMap<string, string>;

/** Opaque: for maps only. */
export function missingKey({ name, place }: CreateListener): string {
  return `${name} ${placeKey(place)}`;
}

interface MissingFacts {
  readonly steps: readonly Step[];
  /** What was seen the last time; the places in it are those that we would not delete. */
  readonly before: BalancerState | undefined;
  /** Found missing earlier and not made again yet. */
  readonly known: MissingListeners;
}

export function missingListeners({ steps, before, known }: MissingFacts): MissingListeners {
  const found = steps.filter(isKind('create-listener')).flatMap((step) => {
    const id = known.get(missingKey(step)) ?? placedBefore(step, before);
    return id === undefined ? [] : [[missingKey(step), id] as const];
  });
  return new Map(found);
}

function placedBefore({ owners, place }: CreateListener, before: BalancerState | undefined): string | undefined {
  const placed = owners.map((uid) => before?.placed.get(claimKey(uid, place)));
  return placed.find((one) => one !== undefined)?.id.listenerId;
}
