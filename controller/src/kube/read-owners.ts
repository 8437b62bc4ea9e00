import { createFailureNews } from '@clb-direct/shared/runtime/failure-news.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { ownerKey } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import type { WatchedSource } from './watched-sources.ts';

interface ReadOwnersOptions {
  readonly related: RelatedObjects;
  readonly put: (key: string, now: OwnerView | undefined) => void;
  readonly log: Log;
}

/**
 * Reads owners when they change, and again when something changes that they refer to. One that cannot be read keeps its
 * last view: what changes may be referred to by owners of all namespaces.
 */
export class ReadOwners {
  readonly #readAgain = new Map<string, () => OwnerView>();
  readonly #options: ReadOwnersOptions;
  readonly #news = createFailureNews();

  constructor(options: ReadOwnersOptions) {
    this.#options = options;
  }

  /** `name` is namespace/name. */
  take<F extends object>(source: WatchedSource<F>, name: string, facts: F | undefined): void {
    const key = keyOf(source, name);
    if (facts === undefined) {
      this.#readAgain.delete(key);
      this.#news.forget(key);
      this.#options.put(key, undefined);
      return;
    }
    this.#readAgain.set(key, () => source.read(facts, this.#options.related));
    this.readAgain(key);
  }

  /** By ownerKey. An owner that is gone is not read. */
  readAgain(key: string): void {
    const read = this.#readAgain.get(key);
    if (read === undefined) return;
    try {
      this.#options.put(key, read());
      this.#news.forget(key);
    } catch (error) {
      this.#options.log[this.#news.levelOf(key, error)]({ owner: key, err: error }, 'owner cannot be read');
    }
  }
}

function keyOf({ kind }: Pick<WatchedSource, 'kind'>, key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return ownerKey({ kind, namespace, name });
}
