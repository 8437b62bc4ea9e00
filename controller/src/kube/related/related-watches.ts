import type { OwnerView } from '../../core/model/owner-view.ts';
import {
  referenceKey,
  type ObjectReference,
  type RelatedKind,
  type RelatedObjects,
} from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';

/** All that owners refer to. A kind that nothing watches has no objects. */
export class RelatedWatches implements RelatedObjects {
  readonly #watches: ReadonlyMap<RelatedKind, RelatedWatch>;
  readonly #isReferredTo: (reference: ObjectReference) => boolean;
  #started = 0;

  constructor(watches: readonly RelatedWatch[], isReferredTo: (reference: ObjectReference) => boolean) {
    this.#watches = new Map(watches.map((watch) => [watch.kind, watch]));
    this.#isReferredTo = isReferredTo;
  }

  related: RelatedObjects['related'] = <K extends RelatedKind>(reference: ObjectReference<K>) => {
    const watch = this.#watches.get(reference.kind) as RelatedWatch<K> | undefined;
    return watch?.get(reference) ?? { state: 'missing' };
  };

  /** Starts and stops watches for a change of an owner that is in the indexes already. */
  follow(now: OwnerView | undefined, before: OwnerView | undefined): void {
    const [wanted, left] = [referencesOf(now), referencesOf(before)];
    for (const [key, reference] of wanted) if (!left.has(key)) this.#start(reference);
    for (const [key, reference] of left) {
      if (!wanted.has(key) && !this.#isReferredTo(reference)) this.#watches.get(reference.kind)?.stop(reference);
    }
  }

  /** What is read first may say what else an owner refers to, as its class says it of an Ingress. */
  async settled(): Promise<void> {
    for (let started = -1; started !== this.#started;) {
      started = this.#started;
      await Promise.all([...this.#watches.values()].map(async (watch) => watch.settled()));
    }
  }

  #start(reference: ObjectReference): void {
    this.#started += 1;
    this.#watches.get(reference.kind)?.start(reference);
  }
}

function referencesOf(view: OwnerView | undefined): ReadonlyMap<string, ObjectReference> {
  return new Map((view?.references ?? []).map((reference) => [referenceKey(reference), reference]));
}
