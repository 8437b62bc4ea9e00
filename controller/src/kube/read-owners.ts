import { ownerKey } from '../core/model/owner.ts';
import type { OwnerView } from '../core/model/owner-view.ts';
import type { RelatedObjects } from '../core/model/related-objects.ts';
import type { WatchedSource } from './watched-sources.ts';

type Put = (key: string, now: OwnerView | undefined) => void;

/** Reads owners when they change, and again when something changes that they refer to. */
export class ReadOwners {
  readonly #readAgain = new Map<string, () => OwnerView>();
  readonly #related: RelatedObjects;
  readonly #put: Put;

  constructor(related: RelatedObjects, put: Put) {
    this.#related = related;
    this.#put = put;
  }

  /** `name` is namespace/name. */
  take<F extends object>(source: WatchedSource<F>, name: string, facts: F | undefined): void {
    const key = keyOf(source, name);
    if (facts === undefined) {
      this.#readAgain.delete(key);
      this.#put(key, undefined);
      return;
    }
    this.#readAgain.set(key, () => source.read(facts, this.#related));
    this.readAgain(key);
  }

  /** By ownerKey. An owner that is gone is not read. */
  readAgain(key: string): void {
    const read = this.#readAgain.get(key);
    if (read !== undefined) this.#put(key, read());
  }
}

function keyOf({ kind }: Pick<WatchedSource, 'kind'>, key: string): string {
  const [namespace = '', name = ''] = key.split('/');
  return ownerKey({ kind, namespace, name });
}
