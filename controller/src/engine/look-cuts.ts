import { sleep } from '@clb-direct/shared/runtime/sleep.ts';

/** How old a look may get while a weight 0 waits for its end: twice as old each time that one is cut in a row. */
const firstMs = 500;
const mostMs = 8_000;
/** How often an older one asks whether a weight 0 is due. */
const askEveryMs = 250;

interface Look<T> {
  readonly read: (signal: AbortSignal) => Promise<T>;
  /** A weight 0 has become due since the look began. */
  readonly isDrainDue: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Cuts looks short for which a weight 0 waits: a read that hangs would hold it back for half a minute. One that answers
 * as usual is never cut. That a CLB is cut again and again ends by itself: without a look nothing is registered there.
 */
export class LookCuts {
  readonly #inARow = new Map<string, number>();

  /** The last look was not let come to its end. */
  isCut(id: string): boolean {
    return this.#inARow.has(id);
  }

  /** undefined: it was cut. */
  async look<T>(id: string, { read, isDrainDue, signal }: Look<T>): Promise<T | 'cut'> {
    const [ended, cut] = [new AbortController(), new AbortController()];
    const until = AbortSignal.any([signal, ended.signal]);
    void cutWhenDue(cut, { isDrainDue, fromMs: this.#patienceMs(id) }, until).catch(() => undefined);
    try {
      const found = await read(AbortSignal.any([signal, cut.signal]));
      this.#inARow.delete(id);
      return found;
    } catch (error) {
      const isCut = cut.signal.aborted && !signal.aborted;
      if (isCut) this.#inARow.set(id, this.#timesCut(id) + 1);
      else this.#inARow.delete(id);
      if (isCut) return 'cut';
      throw error;
    } finally {
      ended.abort();
    }
  }

  #timesCut(id: string): number {
    return this.#inARow.get(id) ?? 0;
  }

  #patienceMs(id: string): number {
    return Math.min(mostMs, firstMs * 2 ** this.#timesCut(id));
  }

  forget(id: string): void {
    this.#inARow.delete(id);
  }
}

interface Cut {
  readonly isDrainDue: () => boolean;
  readonly fromMs: number;
}

async function cutWhenDue(cut: AbortController, { isDrainDue, fromMs }: Cut, signal: AbortSignal): Promise<void> {
  await sleep(fromMs, signal);
  while (!isDrainDue()) await sleep(askEveryMs, signal);
  cut.abort();
}
