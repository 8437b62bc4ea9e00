import { selects, type PodSelector } from '../core/model/binding.ts';
import { addressesOf, isAwaited, type PodView } from '../core/model/pod-view.ts';
import { KeyedIndex } from './keyed-index.ts';

/**
 * Finds pods by what selects them and by their address. By namespace, not by label: an index of every label would
 * more than double the memory that pods take, and a selector is looked up far less often than pods change.
 */
export class IndexedPods {
  readonly #byNamespace = new KeyedIndex<PodView>(({ namespace }) => [namespace]);
  readonly #awaited = new KeyedIndex<PodView>((pod) => (isAwaited(pod) ? [pod.namespace] : []));
  readonly #byUid = new Map<string, PodView>();
  readonly #byIp = new KeyedIndex<PodView>(addressesOf);

  put(now: PodView | undefined, before: PodView | undefined): void {
    const key = (now ?? before)?.key;
    if (key === undefined) return;
    if (before !== undefined) this.#byUid.delete(before.uid);
    if (now !== undefined) this.#byUid.set(now.uid, now);
    this.#byNamespace.put(key, now, before);
    this.#awaited.put(key, now, before);
    this.#byIp.put(key, now, before);
  }

  podsSelectedBy(selector: PodSelector): readonly PodView[] {
    return this.#byNamespace.get(selector.namespace).filter((pod) => selects(selector, pod));
  }

  podsAwaitedIn(namespace: string): readonly PodView[] {
    return this.#awaited.get(namespace);
  }

  podWithUid(uid: string): PodView | undefined {
    return this.#byUid.get(uid);
  }

  podsAt(ip: string): readonly PodView[] {
    return this.#byIp.get(ip);
  }
}
