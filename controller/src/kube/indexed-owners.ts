import { selects } from '../core/model/binding.ts';
import type { OwnerIndex } from '../core/model/cluster-port.ts';
import { balancersOf, listedAddresses, type OwnerView } from '../core/model/owner-view.ts';
import { referenceKey, type ObjectReference } from '../core/model/related-objects.ts';
import type { PodView } from '../core/model/pod-view.ts';
import { KeyedIndex } from './keyed-index.ts';
import { labelKeys } from './label-keys.ts';

/** The owners of all sources, by ownerKey and by what they have to do with. */
export class IndexedOwners implements OwnerIndex {
  readonly #owners = new Map<string, OwnerView>();
  readonly #byBalancer = new KeyedIndex<OwnerView>(balancersOf);
  readonly #byLabel = new KeyedIndex<OwnerView>(oneLabelOfEachSelector);
  readonly #byAddress = new KeyedIndex<OwnerView>(listedAddresses);
  readonly #byReference = new KeyedIndex<OwnerView>(({ references }) => references.map(referenceKey));

  put(now: OwnerView | undefined, before: OwnerView | undefined): void {
    const key = (now ?? before)?.key;
    if (key === undefined) return;
    if (now === undefined) this.#owners.delete(key);
    else this.#owners.set(key, now);
    const indexes = [this.#byBalancer, this.#byLabel, this.#byAddress, this.#byReference];
    for (const index of indexes) index.put(key, now, before);
  }

  owners(): Iterable<OwnerView> {
    return this.#owners.values();
  }

  owner(key: string): OwnerView | undefined {
    return this.#owners.get(key);
  }

  ownersOn(balancerId: string): readonly OwnerView[] {
    return this.#byBalancer.get(balancerId);
  }

  /** Each owner once, however many of its selectors take the pod. */
  ownersSelecting(pod: PodView): readonly OwnerView[] {
    const candidates = new Set(labelKeys(pod).flatMap((key) => this.#byLabel.get(key)));
    return [...candidates].filter(({ podSelectors }) => podSelectors.some((selector) => selects(selector, pod)));
  }

  ownersListing(ip: string): readonly OwnerView[] {
    return this.#byAddress.get(ip);
  }

  ownersReferringTo(reference: ObjectReference): readonly OwnerView[] {
    return this.#byReference.get(referenceKey(reference));
  }
}

/** A pod that a selector takes has every label of it, so one of them is enough to find the selector. */
function oneLabelOfEachSelector({ podSelectors }: OwnerView): readonly string[] {
  return podSelectors.flatMap((selector) => labelKeys(selector).slice(0, 1));
}
