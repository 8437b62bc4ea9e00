import type { ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { ObjectReference, Related, RelatedFacts, RelatedKind } from '../../core/model/related-objects.ts';
import { AnsweredReflector } from './answered-reflector.ts';
import type { RelatedWatch } from './related-watch.ts';

type Shared = Pick<ReflectorOptions<object>, 'api' | 'log' | 'signal' | 'pace' | 'path'>;

export interface WatchAllOptions<K extends RelatedKind> extends Shared {
  readonly kind: K;
  /** What is kept of one object; never a secret. */
  readonly toView: (raw: unknown) => RelatedFacts[K] | undefined;
  /** Something else is known of it now. */
  readonly onChange: (reference: ObjectReference) => void;
}

/**
 * One watch for all objects of a kind, in all namespaces. It begins with the first owner that refers to one, so that a
 * cluster where none does pays nothing for it, and then stays.
 */
export function watchAll<K extends RelatedKind>(options: WatchAllOptions<K>): RelatedWatch<K> {
  let watch: WatchedKind<K> | undefined;
  return {
    kind: options.kind,
    get: (reference) => watch?.get(reference) ?? { state: 'pending' },
    start(reference) {
      watch ??= new WatchedKind(options);
      watch.referredTo.set(nameOf(reference), reference);
    },
    stop(reference) {
      watch?.referredTo.delete(nameOf(reference));
    },
    settled: async () => watch?.settled,
  };
}

class WatchedKind<K extends RelatedKind> {
  readonly settled: Promise<void>;
  readonly referredTo = new Map<string, ObjectReference>();
  readonly #reflector: AnsweredReflector<RelatedFacts[K] & object>;
  readonly #onChange: WatchAllOptions<K>['onChange'];

  constructor(options: WatchAllOptions<K>) {
    this.#onChange = options.onChange;
    this.#reflector = new AnsweredReflector<RelatedFacts[K] & object>({
      ...options,
      name: options.kind,
      onChange: (name) => this.#tell(name),
      onAnswer: () => this.#tellAll(),
    });
    this.settled = this.#reflector.settled;
  }

  get(reference: ObjectReference): Related<RelatedFacts[K]> {
    const state = this.#reflector.notRead();
    if (state !== undefined) return { state };
    const facts = this.#reflector.items.get(nameOf(reference));
    return facts === undefined ? { state: 'missing' } : { state: 'found', facts };
  }

  #tell(name: string): void {
    const reference = this.referredTo.get(name);
    if (reference !== undefined) this.#onChange(reference);
  }

  #tellAll(): void {
    for (const name of this.referredTo.keys()) this.#tell(name);
  }
}

/** As a reflector names an object. */
function nameOf({ namespace, name }: Pick<ObjectReference, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
