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
}

/**
 * A watch for each reference: permissions can be limited to a namespace or a name, and nothing is watched that no owner
 * refers to. For kinds that few owners refer to, because each watch holds a connection.
 */
export function watchEach<K extends RelatedKind>(options: WatchEachOptions<K>): RelatedWatch<K> {
  const watched = new Map<string, WatchedReference<K>>();
  return {
    kind: options.kind,
    get: (reference) => watched.get(referenceKey(reference))?.state() ?? { state: 'pending' },
    start(reference) {
      const key = referenceKey(reference);
      if (!watched.has(key)) watched.set(key, new WatchedReference(reference, options));
    },
    stop(reference) {
      watched.get(referenceKey(reference))?.stop();
      watched.delete(referenceKey(reference));
    },
    async settled() {
      await Promise.all([...watched.values()].map(async (one) => one.settled));
    },
  };
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
