import type { ObjectReference, Related, RelatedFacts, RelatedKind } from '../../core/model/related-objects.ts';

/** How objects of one kind are watched that owners refer to. */
export interface RelatedWatch<K extends RelatedKind = RelatedKind> {
  readonly kind: K;
  get(reference: ObjectReference<K>): Related<RelatedFacts[K]>;
  /** An owner refers to it now, and none did before. */
  start(reference: ObjectReference): void;
  /** No owner refers to it any more. */
  stop(reference: ObjectReference): void;
  /** Resolves when nothing is pending that was started before; rejects when the watches end. */
  settled(): Promise<void>;
}
