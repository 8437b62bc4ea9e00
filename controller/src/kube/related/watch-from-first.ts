import type { ObjectReference, Related, RelatedFacts, RelatedKind } from '../../core/model/related-objects.ts';
import type { RelatedWatch } from './related-watch.ts';

/** One watch that serves all references of a kind. */
export interface SharedWatch<K extends RelatedKind> {
  readonly settled: Promise<void>;
  /** By `nameOf`; only what is in here is news. */
  readonly referredTo: Map<string, ObjectReference>;
  get(reference: ObjectReference<K>): Related<RelatedFacts[K]>;
}

/** Begins with the first owner that refers to one, so that a cluster where none does pays nothing, and then stays. */
export function watchFromFirst<K extends RelatedKind>(kind: K, begin: () => SharedWatch<K>): RelatedWatch<K> {
  let watch: SharedWatch<K> | undefined;
  return {
    kind,
    get: (reference) => watch?.get(reference) ?? { state: 'pending' },
    start(reference) {
      watch ??= begin();
      watch.referredTo.set(nameOf(reference), reference);
    },
    stop(reference) {
      watch?.referredTo.delete(nameOf(reference));
    },
    settled: async () => watch?.settled,
  };
}

/** As a reflector names an object. */
export function nameOf({ namespace, name }: Pick<ObjectReference, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
