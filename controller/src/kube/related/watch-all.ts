import { startReflector, type Reflector, type ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import type { ObjectReference, Related, RelatedFacts, RelatedKind } from '../../core/model/related-objects.ts';
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
  readonly #reflector: Reflector<RelatedFacts[K] & object>;
  readonly #refusal = Promise.withResolvers<undefined>();
  readonly #onChange: WatchAllOptions<K>['onChange'];
  #isRefused = false;

  constructor(options: WatchAllOptions<K>) {
    this.#onChange = options.onChange;
    this.#reflector = startReflector<RelatedFacts[K] & object>({
      ...options,
      name: options.kind,
      onChange: (name) => this.#tell(name),
      onFailure: () => this.#refused(),
    });
    this.settled = Promise.race([this.#reflector.synced, this.#refusal.promise]).then(
      () => undefined,
      () => undefined,
    );
    // That an object is missing changes no item, and yet it is news.
    this.#reflector.synced.then(
      () => this.#tellAll(),
      () => undefined,
    );
  }

  get(reference: ObjectReference): Related<RelatedFacts[K]> {
    if (!this.#reflector.isSynced()) return { state: this.#isRefused ? 'unreadable' : 'pending' };
    const facts = this.#reflector.items.get(nameOf(reference));
    return facts === undefined ? { state: 'missing' } : { state: 'found', facts };
  }

  /** What was read before still counts. */
  #refused(): void {
    if (this.#isRefused || this.#reflector.isSynced()) return;
    this.#isRefused = true;
    this.#refusal.resolve(undefined);
    this.#tellAll();
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
