import type { Registry } from 'prom-client';
import { createFailureNews } from './failure-news.ts';
import { createKeyTimers } from './key-timers.ts';
import type { Log } from './logger.ts';
import { workQueueMetrics, type WorkQueueMetrics } from './work-queue-metrics.ts';

/** The result of a run; a failure is a thrown error. */
export type Outcome = { readonly kind: 'settled' } | { readonly kind: 'recheck'; readonly afterMs: number };

/** Keys waiting to be worked on. A key never runs twice at once, and no add is lost. */
export interface WorkQueue {
  /**
   * Runs the key as soon as possible; while it runs, asks for one more run. Never cuts the pause after a failure short.
   */
  add(key: string): void;
  /** Runs the key after a while, or earlier if an earlier run is asked for. */
  addAfter(key: string, afterMs: number): void;
  /** Keys that wait for a free place now. */
  readonly depth: number;
  /** Resolves when the signal has aborted and the last run has ended. */
  readonly stopped: Promise<void>;
}

export interface WorkQueueOptions {
  readonly name: string;
  /** How many keys may run at once. */
  readonly concurrency: number;
  run(key: string, signal: AbortSignal): Promise<Outcome>;
  /** The pause after the n-th failure in a row. Infinity: no try until the next add, which then runs at once. */
  pauseMs(error: unknown, failures: number): number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

/** Stands in for a pause that is not a number, so that a broken policy cannot spin. */
const brokenPolicyPauseMs = 30_000;

export function startWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedQueue(options);
}

class KeyedQueue implements WorkQueue {
  readonly stopped: Promise<void>;
  readonly #options: WorkQueueOptions;
  readonly #metrics: WorkQueueMetrics;
  readonly #resolveStopped: () => void;
  readonly #timers = createKeyTimers((key) => this.#enqueue(key));
  /** Insertion order makes it first in, first out. */
  readonly #ready = new Set<string>();
  /** The running keys, each with the time at which it shall run again. */
  readonly #running = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #news = createFailureNews();
  #starter: NodeJS.Immediate | undefined;

  constructor(options: WorkQueueOptions) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.stopped = promise;
    this.#resolveStopped = () => resolve(undefined);
    this.#options = options;
    this.#metrics = workQueueMetrics(options.name, options.registry);
    options.signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (options.signal.aborted) this.#stop();
  }

  get depth(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    this.#request(key, 0);
  }

  addAfter(key: string, afterMs: number): void {
    this.#request(key, dueAfter(afterMs));
  }

  #request(key: string, dueAt: number): void {
    if (this.#options.signal.aborted || dueAt === Infinity) return;
    const againAt = this.#running.get(key);
    if (againAt !== undefined) this.#running.set(key, Math.min(againAt, dueAt));
    else if (!this.#ready.has(key)) this.#schedule(key, Math.max(dueAt, this.#pausedUntil.get(key) ?? 0));
  }

  #schedule(key: string, dueAt: number): void {
    if (dueAt <= performance.now()) this.#enqueue(key);
    else this.#timers.set(key, dueAt);
  }

  #enqueue(key: string): void {
    this.#timers.clear(key);
    this.#ready.add(key);
    this.#metrics.depth(this.#ready.size);
    this.#startSoon();
  }

  /** Not at once: adds that arrive together, as from one chunk of a watch, become one run. */
  #startSoon(): void {
    this.#starter ??= setImmediate(() => {
      this.#starter = undefined;
      this.#startRuns();
    });
  }

  #startRuns(): void {
    for (const key of this.#ready) {
      if (this.#running.size >= this.#options.concurrency) break;
      this.#ready.delete(key);
      this.#pausedUntil.delete(key);
      this.#running.set(key, Infinity);
      void this.#runOnce(key);
    }
    this.#metrics.depth(this.#ready.size);
  }

  async #runOnce(key: string): Promise<void> {
    const { signal } = this.#options;
    const startedAt = performance.now();
    try {
      const outcome = await this.#options.run(key, signal);
      this.#metrics.ended(outcome.kind, performance.now() - startedAt);
      this.#failures.delete(key);
      this.#news.forget(key);
      if (outcome.kind === 'recheck') this.#request(key, dueAfter(outcome.afterMs));
    } catch (error) {
      this.#metrics.ended(signal.aborted ? 'aborted' : 'failed', performance.now() - startedAt);
      if (!signal.aborted) this.#pauseAfterFailure(key, error);
    }
    this.#endRun(key);
  }

  #pauseAfterFailure(key: string, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const pauseMs = this.#askPolicy(error, failures);
    const level = this.#news.levelOf(key, error);
    this.#options.log[level]({ queue: this.#options.name, key, failures, pauseMs, err: error }, 'run failed');
    const dueAt = dueAfter(pauseMs);
    if (dueAt !== Infinity) this.#pausedUntil.set(key, dueAt);
    this.#request(key, dueAt);
  }

  #askPolicy(error: unknown, failures: number): number {
    try {
      return this.#options.pauseMs(error, failures);
    } catch (policyError) {
      this.#options.log.error({ queue: this.#options.name, err: policyError }, 'pause policy failed');
      return brokenPolicyPauseMs;
    }
  }

  #endRun(key: string): void {
    const againAt = this.#running.get(key) ?? Infinity;
    this.#running.delete(key);
    this.#request(key, againAt);
    if (this.#options.signal.aborted) this.#stop();
    else if (this.#ready.size > 0) this.#startSoon();
  }

  #stop(): void {
    this.#timers.clearAll();
    clearImmediate(this.#starter);
    this.#ready.clear();
    this.#metrics.depth(0);
    if (this.#running.size === 0) this.#resolveStopped();
  }
}

function dueAfter(ms: number): number {
  return performance.now() + (Number.isNaN(ms) ? brokenPolicyPauseMs : Math.max(0, ms));
}
