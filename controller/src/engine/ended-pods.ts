import type { PodView } from '../core/model/pod-view.ts';

/** As many as a very large cluster ends in the time that a target takes to leave. */
const most = 20_000;

/** UIDs of pods that were seen to end, so that their targets may go without second thoughts. */
export class EndedPods {
  readonly #uids = new Set<string>();

  note(now: PodView | undefined, before: PodView | undefined): void {
    if (now !== undefined && (now.ending || now.finished)) this.#add(now.uid);
    else if (now === undefined && before !== undefined && (before.ending || before.finished)) this.#add(before.uid);
  }

  has(uid: string): boolean {
    return this.#uids.has(uid);
  }

  #add(uid: string): void {
    this.#uids.add(uid);
    const [oldest] = this.#uids;
    if (this.#uids.size > most && oldest !== undefined) this.#uids.delete(oldest);
  }
}
