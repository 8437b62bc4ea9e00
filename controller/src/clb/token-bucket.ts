import type { Flow } from '@clb-direct/shared/domain/flow.ts';
import { FairLine } from '@clb-direct/shared/runtime/fair-line.ts';
import type { Clock } from './clock.ts';
import { Pace } from './pace.ts';

interface Waiting {
  readonly flow: Flow;
  readonly until: number;
  /** True: it has its token. */
  readonly end: (isTaken: boolean) => void;
}

/** Three times this is well below the deadline of an ask. */
const ageMs = 3_000;

/** Lets requests of one action through by priority, each share in turn, no faster than the API allows. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #waiting = new Set<Waiting>();
  readonly #line = new FairLine<Waiting>({ ageMs });
  /** Aborts when nobody waits any more. */
  #serving: AbortController | undefined;

  constructor(options: { perSecond: number; clock: Clock }) {
    this.#clock = options.clock;
    this.#pace = new Pace(options);
  }

  /** Waits for a token. False: the next one would come later than `until`, and none came before. */
  async take(until: number, signal: AbortSignal, flow: Flow): Promise<boolean> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const one: Waiting = { flow, until, end: resolve };
    const onAbort = () => {
      reject(signal.reason as Error);
      this.#leave(one, false);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#join(one);
    return promise.finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  }

  /** The API refused for its rate limit. */
  refused(limitPerSecond: number | undefined): void {
    this.#pace.refused(limitPerSecond);
  }

  #join(one: Waiting): void {
    this.#waiting.add(one);
    this.#line.add(one, one.flow, this.#clock.now());
    if (this.#serving !== undefined) return;
    this.#serving = new AbortController();
    void this.#serve(this.#serving.signal);
  }

  #leave(one: Waiting, isTaken: boolean): void {
    this.#waiting.delete(one);
    this.#line.delete(one);
    one.end(isTaken);
    if (this.#waiting.size > 0) return;
    this.#serving?.abort();
    this.#serving = undefined;
  }

  async #serve(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const ms = this.#pace.untilTokenMs();
      for (const one of this.#waiting) if (this.#clock.now() + ms > one.until) this.#leave(one, false);
      if (ms > 0) await this.#clock.sleep(ms, signal).catch(() => undefined);
      else this.#serveNext();
    }
  }

  #serveNext(): void {
    // Priorities may have risen.
    for (const one of this.#waiting) this.#line.add(one, one.flow, this.#clock.now());
    const next = this.#line.next(this.#clock.now(), () => true);
    if (next === undefined) return;
    this.#pace.takeToken();
    this.#leave(next.item, true);
  }
}
