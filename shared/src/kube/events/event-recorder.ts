import type { Counter, Registry } from 'prom-client';
import type { Log } from '../../runtime/logger.ts';
import { counter } from '../../runtime/metrics.ts';
import { withDeadline } from '../../runtime/deadline.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { KubeApi } from '../client/kube-api.ts';
import type { EventToRecord } from './event.ts';
import { EventSeries, type Series } from './event-series.ts';
import { mayWorkLater, sendEvent } from './send-event.ts';

export interface EventRecorder {
  /** Never throws and never waits; repeats are counted on one Event. */
  record(event: EventToRecord): void;
  /** Sends what is still queued; ends early when the signal aborts. */
  flush(signal: AbortSignal): Promise<void>;
}

export interface EventRecorderOptions {
  readonly api: KubeApi;
  readonly component: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
  /** How often a repeated event may be counted up. Default 10 s. */
  readonly repeatMs?: number;
}

/** So many are written before those that came meanwhile have their turn. */
const mostInTurn = 50;
const writeMs = 5_000;
/** Of one write: over about two minutes, as long as an API server may take to restart. */
const mostTries = 4;

/**
 * Writes core/v1 Events. Equal events are aggregated into one object whose count grows, and are written at a limited
 * rate; a rate limit for each object drops events about an object with too many. A failure to write is logged once a
 * minute and affects nothing else.
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #repeatMs: number;
  readonly #series = new EventSeries(() => this.#outcomes.inc({ outcome: 'dropped' }));
  readonly #outcomes: Counter<'outcome'>;
  #draining: Promise<void> | undefined;
  #lastComplaintMs = -Infinity;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#repeatMs = options.repeatMs ?? 10_000;
    this.#outcomes = counter(options.registry, {
      name: 'events_total',
      help: 'Events by outcome.',
      labelNames: ['outcome'],
    });
  }

  record(event: EventToRecord): void {
    this.#series.count(event);
    if (!this.#options.signal.aborted) this.#draining ??= this.#drain();
  }

  async flush(stop: AbortSignal): Promise<void> {
    // What is being written in the background is put back by the program's end, and must not be written twice.
    if (this.#options.signal.aborted) await this.#draining;
    for (const entry of this.#series.pending()) if (!stop.aborted) await this.#write(entry, stop);
  }

  async #drain(): Promise<void> {
    const { signal } = this.#options;
    // It is known as the running one before it may end.
    await Promise.resolve();
    for (
      let pending = this.#series.pending();
      pending.length > 0 && !signal.aborted;
      pending = this.#series.pending()
    ) {
      const nowMs = performance.now();
      const due = pending.filter(({ nextWriteAtMs }) => nextWriteAtMs <= nowMs);
      for (const entry of due.slice(0, mostInTurn)) await this.#write(entry, signal);
      if (due.length <= mostInTurn && this.#series.pending().length > 0)
        await sleep(200, signal).catch(() => undefined);
    }
    // At once, not when the promise settles: what is recorded in between would wait for the next event.
    this.#draining = undefined;
  }

  async #write(entry: Series, stop: AbortSignal): Promise<void> {
    const { count } = entry;
    entry.nextWriteAtMs = performance.now() + this.#repeatMs;
    try {
      await withDeadline({ ms: writeMs, signal: stop }, (signal) => sendEvent(this.#options, entry, signal));
      this.#outcomes.inc({ outcome: 'written' });
    } catch (error) {
      if (stop.aborted) return;
      this.#complain(error, entry);
      if (mayWorkLater(error) && this.#putOff(entry)) return;
      this.#outcomes.inc({ outcome: 'failed' });
    }
    // Failed ones too: a namespace that is going takes no events, and trying again would not help.
    entry.written = count;
    entry.failures = 0;
  }

  /** False when it was put off often enough: what always fails must not hold up others for ever. */
  #putOff(entry: Series): boolean {
    entry.failures += 1;
    entry.nextWriteAtMs = performance.now() + this.#repeatMs * 3 ** (entry.failures - 1);
    return entry.failures < mostTries;
  }

  #complain(error: unknown, { event: { reason, regarding } }: Series): void {
    const { log, signal } = this.#options;
    if (signal.aborted || performance.now() - this.#lastComplaintMs < 60_000) return;
    this.#lastComplaintMs = performance.now();
    log.warn({ err: error, reason, regarding }, 'could not write an event');
  }
}
