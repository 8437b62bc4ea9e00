import type { ReflectorOptions } from '@clb-direct/shared/kube/reflector/reflector.ts';
import {
  referenceKey,
  type ObjectReference,
  type Related,
  type RelatedFacts,
  type RelatedKind,
} from '../../core/model/related-objects.ts';
import { AnsweredReflector } from './answered-reflector.ts';
import type { RelatedWatch } from './related-watch.ts';

type Shared = Pick<ReflectorOptions<object>, 'api' | 'log' | 'signal' | 'pace'>;

export interface WatchEachOptions<K extends RelatedKind> extends Shared {
  readonly kind: K;
  /** Which objects a reference means. */
  readonly where: (reference: ObjectReference) => Pick<ReflectorOptions<object>, 'path' | 'query'>;
  /** What is kept of one object; never a secret. */
  readonly toView: (raw: unknown) => object | undefined;
  /** Of all objects that one reference means; undefined: there is none. */
  readonly join: (views: readonly object[]) => RelatedFacts[K] | undefined;
  /** Something else is known of it now. */
  readonly onChange: (reference: ObjectReference) => void;
  /** So many are watched in one namespace. Whoever writes there may name any number, and each costs a connection. */
  readonly mostOfNamespace: number;
}

/**
 * A watch for each reference: permissions can be limited to a namespace or a name, and nothing is watched that no owner
 * refers to. For kinds that few owners refer to, because each watch holds a connection.
 */
export function watchEach<K extends RelatedKind>(options: WatchEachOptions<K>): RelatedWatch<K> {
  const namespaces = new Map<string, WatchesOfNamespace<K>>();
  return {
    kind: options.kind,
    get: (reference) => namespaces.get(reference.namespace)?.get(reference) ?? { state: 'pending' },
    start(reference) {
      const { namespace } = reference;
      const watches = namespaces.get(namespace) ?? new WatchesOfNamespace(options);
      namespaces.set(namespace, watches);
      watches.start(reference);
    },
    stop: (reference) => namespaces.get(reference.namespace)?.stop(reference),
    async settled() {
      await Promise.all([...namespaces.values()].map(async (one) => one.settled()));
    },
  };
}

/** Those that are one too many wait until another one is stopped, and cannot be read meanwhile. */
class WatchesOfNamespace<K extends RelatedKind> {
  readonly #options: WatchEachOptions<K>;
  readonly #watched = new Map<string, WatchedReference<K>>();
  readonly #waiting = new Map<string, ObjectReference>();

  constructor(options: WatchEachOptions<K>) {
    this.#options = options;
  }

  get(reference: ObjectReference): Related<RelatedFacts[K]> {
    const watched = this.#watched.get(referenceKey(reference));
    return watched?.state() ?? { state: this.#isFull() ? 'unreadable' : 'pending' };
  }

  start(reference: ObjectReference): void {
    const key = referenceKey(reference);
    if (this.#watched.has(key)) return;
    if (this.#isFull()) this.#waiting.set(key, reference);
    else this.#watch(reference);
  }

  stop(reference: ObjectReference): void {
    const key = referenceKey(reference);
    this.#waiting.delete(key);
    this.#watched.get(key)?.stop();
    if (!this.#watched.delete(key)) return;
    const [next] = this.#waiting.values();
    if (next !== undefined) this.#watch(next);
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#watched.values()].map(async (one) => one.settled));
  }

  #isFull(): boolean {
    return this.#watched.size >= this.#options.mostOfNamespace;
  }

  #watch(reference: ObjectReference): void {
    const key = referenceKey(reference);
    this.#waiting.delete(key);
    this.#watched.set(key, new WatchedReference(reference, this.#options));
  }
}

class WatchedReference<K extends RelatedKind> {
  readonly settled: Promise<void>;
  readonly #options: WatchEachOptions<K>;
  readonly #stop = new AbortController();
  readonly #reflector: AnsweredReflector<object>;

  constructor(reference: ObjectReference, options: WatchEachOptions<K>) {
    const tell = () => {
      if (!this.#stop.signal.aborted) options.onChange(reference);
    };
    this.#options = options;
    this.#reflector = new AnsweredReflector<object>({
      ...options,
      ...options.where(reference),
      name: referenceKey(reference),
      signal: AbortSignal.any([options.signal, this.#stop.signal]),
      onChange: tell,
      onAnswer: tell,
    });
    this.settled = this.#reflector.settled;
  }

  state(): Related<RelatedFacts[K]> {
    const state = this.#reflector.notRead();
    if (state !== undefined) return { state };
    const facts = this.#options.join([...this.#reflector.items.values()]);
    return facts === undefined ? { state: 'missing' } : { state: 'found', facts };
  }

  stop(): void {
    this.#stop.abort(new Error('no owner refers to it any more'));
  }
}
