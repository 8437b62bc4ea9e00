import {
  referenceKey,
  type ObjectReference,
  type Related,
  type RelatedFacts,
  type RelatedKind,
  type RelatedObjects,
} from '../core/model/related-objects.ts';

/** The objects of a cluster in memory that owners refer to. */
export class FakeRelated implements RelatedObjects {
  /** Kinds of which nothing was read yet, or nothing may be. */
  readonly unread = new Map<RelatedKind, 'pending' | 'unreadable'>();
  readonly #facts = new Map<string, RelatedFacts[RelatedKind]>();
  /** Of those that were deleted a moment ago. */
  readonly #was = new Map<string, RelatedFacts[RelatedKind]>();

  related: RelatedObjects['related'] = <K extends RelatedKind>(
    reference: ObjectReference<K>,
  ): Related<RelatedFacts[K]> => {
    const state = this.unread.get(reference.kind);
    if (state !== undefined) return { state };
    const facts = this.#facts.get(referenceKey(reference)) as RelatedFacts[K] | undefined;
    const was = this.#was.get(referenceKey(reference)) as RelatedFacts[K] | undefined;
    return facts === undefined ? { state: 'missing', was } : { state: 'found', facts };
  };

  /** Undefined: it is deleted. `was`: a moment ago. */
  put<K extends RelatedKind>(
    reference: ObjectReference<K>,
    facts: RelatedFacts[K] | undefined,
    was?: RelatedFacts[K],
  ): void {
    this.#was.delete(referenceKey(reference));
    if (was !== undefined) this.#was.set(referenceKey(reference), was);
    if (facts === undefined) this.#facts.delete(referenceKey(reference));
    else this.#facts.set(referenceKey(reference), facts);
  }
}
