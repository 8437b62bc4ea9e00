import { createFailureNews } from '@clb-direct/shared/runtime/failure-news.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { ownerKey } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import { unreadOwner, type SourceFacts } from './bare-owner.ts';
import type { UnreadFacts } from './unread-facts.ts';
import type { WatchedSource } from './watched-sources.ts';

interface ReadOwnersOptions {
  readonly related: RelatedObjects;
  readonly put: (key: string, now: OwnerView | undefined) => void;
  readonly log: Log;
}

/** One owner as it was last delivered. */
interface Taken {
  readonly read: () => OwnerView;
  readonly unread: () => OwnerView;
}

/**
 * Reads owners when they change, and again when something changes that they refer to. One that cannot be read keeps its
 * last view: what changes may be referred to by owners of all namespaces. Without one, as after a start, it is there
 * all the same: else a record would say that it is gone, and its listeners would be deleted.
 */
export class ReadOwners {
  readonly #taken = new Map<string, Taken>();
  readonly #wasRead = new Set<string>();
  readonly #options: ReadOwnersOptions;
  readonly #news = createFailureNews();

  constructor(options: ReadOwnersOptions) {
    this.#options = options;
  }

  /** `name` is namespace/name. */
  take<F extends SourceFacts>(source: WatchedSource<F>, name: string, facts: F | UnreadFacts | undefined): void {
    const key = keyOf(source, name);
    if (facts === undefined) {
      this.#taken.delete(key);
      this.#wasRead.delete(key);
      this.#news.forget(key);
      this.#options.put(key, undefined);
      return;
    }
    this.#taken.set(key, {
      read: () => source.read(readable(facts), this.#options.related),
      unread: () => unreadOwner(source.kind, facts),
    });
    this.readAgain(key);
  }

  /** By ownerKey. An owner that is gone is not read. */
  readAgain(key: string): void {
    const taken = this.#taken.get(key);
    if (taken === undefined) return;
    try {
      this.#options.put(key, taken.read());
      this.#wasRead.add(key);
      this.#news.forget(key);
    } catch (error) {
      this.#options.log[this.#news.levelOf(key, error)]({ owner: key, err: error }, 'owner cannot be read');
      if (!this.#wasRead.has(key)) this.#options.put(key, taken.unread());
    }
  }
}

function readable<F extends SourceFacts>(facts: F | UnreadFacts): F {
  if ('isUnread' in facts) throw new Error('its fields cannot be read');
  return facts;
}

function keyOf({ kind }: Pick<WatchedSource, 'kind'>, key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return ownerKey({ kind, namespace, name });
}
