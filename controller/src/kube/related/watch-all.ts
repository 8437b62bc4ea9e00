import type { ObjectReference, Related, RelatedFacts, RelatedKind } from '../../core/model/related-objects.ts';
import { AnsweredReflector, type AnsweredOptions } from './answered-reflector.ts';
import type { RelatedWatch } from './related-watch.ts';
import { LatelyDeleted } from './lately-deleted.ts';
import { nameOf, watchFromFirst, type SharedWatch } from './watch-from-first.ts';

type Shared = Pick<AnsweredOptions<object>, 'api' | 'log' | 'signal' | 'pace' | 'path' | 'isAwaited'>;

export interface WatchAllOptions<K extends RelatedKind> extends Shared {
  readonly kind: K;
  /** What is kept of one object; never a secret. */
  readonly toView: (raw: unknown) => RelatedFacts[K] | undefined;
  /** Something else is known of it now. */
  readonly onChange: (reference: ObjectReference) => void;
  /** How long after its deletion it is known what an object was; undefined: it is forgotten at once. */
  readonly remembersMs?: number;
}

/**
 * One watch for all objects of a kind, in all namespaces. It begins with the first owner that refers to one, so that a
 * cluster where none does pays nothing for it, and then stays.
 */
export function watchAll<K extends RelatedKind>(options: WatchAllOptions<K>): RelatedWatch<K> {
  return watchFromFirst<K>(options.kind, () => new WatchedKind(options));
}

class WatchedKind<K extends RelatedKind> implements SharedWatch<K> {
  readonly settled: Promise<void>;
  readonly referredTo = new Map<string, ObjectReference>();
  readonly #reflector: AnsweredReflector<RelatedFacts[K] & object>;
  readonly #lately: LatelyDeleted<RelatedFacts[K] & object>;
  readonly #onChange: WatchAllOptions<K>['onChange'];

  constructor(options: WatchAllOptions<K>) {
    this.#onChange = options.onChange;
    this.#lately = new LatelyDeleted({ ...options, onForgotten: (name) => this.#tell(name) });
    this.#reflector = new AnsweredReflector<RelatedFacts[K] & object>({
      ...options,
      name: options.kind,
      onChange: (name, now, before) => {
        if (this.referredTo.has(name)) this.#lately.see(name, now, before);
        this.#tell(name);
      },
      onAnswer: () => this.#tellAll(),
    });
    this.settled = this.#reflector.settled;
  }

  get(reference: ObjectReference): Related<RelatedFacts[K]> {
    const state = this.#reflector.notRead();
    if (state !== undefined) return { state };
    const facts = this.#reflector.items.get(nameOf(reference));
    if (facts !== undefined) return { state: 'found', facts };
    const was = this.#lately.get(nameOf(reference));
    return was === undefined ? { state: 'missing' } : { state: 'missing', was };
  }

  #tell(name: string): void {
    const reference = this.referredTo.get(name);
    if (reference !== undefined) this.#onChange(reference);
  }

  #tellAll(): void {
    for (const name of this.referredTo.keys()) this.#tell(name);
  }
}
