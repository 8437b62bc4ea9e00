import type { Registry } from 'prom-client';
import { ordinaryFlow, type Flow } from '../domain/flow.ts';
import { createFailureNews } from './failure-news.ts';
import { FairLine } from './fair-line.ts';
import { createKeyTimers } from './key-timers.ts';
import type { Log } from './logger.ts';
import { Places, type Fairness } from './places.ts';
import { workQueueMetrics, type WorkQueueMetrics } from './work-queue-metrics.ts';

/** The result of a run; a failure is a thrown error. */
export type Outcome =
  /** `isFree`: there was nothing to do, and it does not count against the budget. */
  { readonly isFree?: boolean } & (
    { readonly kind: 'settled' } | { readonly kind: 'recheck'; readonly afterMs: number }
  );

/** Keys waiting to be worked on. A key never runs twice at once, and no add is lost. */
export interface WorkQueue {
  /**
   * Runs the key as soon as its turn comes, by the most urgent flow; while it runs, asks for one more run. Never
   * cuts the pause after a failure short. Without a flow: in that of `flowOf`.
   */
  add(key: string, flow?: Flow): void;
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
  /** `flow` is that of the run, and rises with what is asked for meanwhile. */
  run(key: string, signal: AbortSignal, flow: Flow): Promise<Outcome>;
  /** The flow of a key that is due, by what is known then; first come, first served if left out. */
  flowOf?(key: string): Flow;
  /** What one share may take; left out: every place. */
  readonly fairness?: Fairness;
  /** The pause after the n-th failure in a row. Infinity: no try until the next add, which then runs at once. */
  pauseMs(error: unknown, failures: number): number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

/** Stands in for a pause that is not a number, so that a broken policy cannot spin. */
const brokenPolicyPauseMs = 30_000;
/** What waits for this long goes one priority up. */
const ageMs = 10_000;

export function startWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedQueue(options);
}

class KeyedQueue implements WorkQueue {
  readonly stopped: Promise<void>;
  readonly #options: WorkQueueOptions;
  readonly #metrics: WorkQueueMetrics;
  readonly #resolveStopped: () => void;
  readonly #timers = createKeyTimers((key) => this.#enqueue(key));
  readonly #ready = new FairLine<string>({ ageMs });
  readonly #places: Places;
  readonly #failures = new Map<string, number>();
  readonly #pausedUntil = new Map<string, number>();
  readonly #news = createFailureNews();
  #starter: NodeJS.Immediate | undefined;
  /** When a share may go again. */
  #budgetTimer: NodeJS.Timeout | undefined;

  constructor(options: WorkQueueOptions) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.stopped = promise;
    this.#resolveStopped = () => resolve(undefined);
    this.#options = options;
    this.#places = new Places({ concurrency: options.concurrency, fairness: options.fairness });
    this.#metrics = workQueueMetrics(options.name, options.registry);
    options.signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (options.signal.aborted) this.#stop();
  }

  get depth(): number {
    return this.#ready.size;
  }

  add(key: string, flow?: Flow): void {
    this.#request(key, 0, flow);
  }

  addAfter(key: string, afterMs: number): void {
    this.#request(key, dueAfter(afterMs));
  }

  #request(key: string, dueAt: number, flow?: Flow): void {
    if (this.#options.signal.aborted || dueAt === Infinity) return;
    const running = this.#places.at(key);
    if (running === undefined) {
      this.#schedule(key, Math.max(dueAt, this.#pausedUntil.get(key) ?? 0), flow);
      return;
    }
    running.againAt = Math.min(running.againAt, dueAt);
    if (dueAt <= performance.now()) this.#places.ask(key, flow ?? this.#flowOf(key));
  }

  #schedule(key: string, dueAt: number, flow?: Flow): void {
    if (dueAt <= performance.now()) this.#enqueue(key, flow);
    else if (!this.#ready.has(key)) this.#timers.set(key, dueAt);
  }

  #enqueue(key: string, flow = this.#flowOf(key)): void {
    this.#timers.clear(key);
    this.#ready.add(key, flow, performance.now());
    this.#metrics.depth(this.#ready.size);
    this.#startSoon();
  }

  #flowOf(key: string): Flow {
    return this.#options.flowOf?.(key) ?? ordinaryFlow;
  }

  /** Not at once: adds that arrive together, as from one chunk of a watch, become one run. */
  #startSoon(): void {
    this.#starter ??= setImmediate(() => {
      this.#starter = undefined;
      this.#startRuns();
    });
  }

  #startRuns(): void {
    const nowMs = performance.now();
    const mayGo = (flow: Flow) => this.#places.mayGo(flow, nowMs);
    for (let next = this.#ready.next(nowMs, mayGo); next !== undefined; next = this.#ready.next(nowMs, mayGo)) {
      const { item: key, flow } = next;
      this.#pausedUntil.delete(key);
      void this.#runOnce(key, this.#places.take(key, flow, nowMs).flow);
    }
    this.#metrics.depth(this.#ready.size);
    this.#startWhenBudgetAllows(nowMs);
  }

  #startWhenBudgetAllows(nowMs: number): void {
    clearTimeout(this.#budgetTimer);
    const ms = this.#places.untilBudgetMs(this.#ready.flows(), nowMs);
    if (ms < Infinity) this.#budgetTimer = setTimeout(() => this.#startSoon(), Math.ceil(ms));
  }

  async #runOnce(key: string, flow: Flow): Promise<void> {
    const { signal } = this.#options;
    const startedAt = performance.now();
    try {
      const outcome = await this.#options.run(key, signal, flow);
      this.#metrics.ended(outcome.kind, performance.now() - startedAt);
      this.#failures.delete(key);
      this.#news.forget(key);
      if (outcome.isFree === true) this.#places.refund(key, performance.now());
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
    const { asked, againAt } = this.#places.leave(key);
    if (asked.size === 0) this.#request(key, againAt);
    for (const flow of asked.values()) this.#request(key, 0, flow);
    if (this.#options.signal.aborted) this.#stop();
    else if (this.#ready.size > 0) this.#startSoon();
  }

  #stop(): void {
    this.#timers.clearAll();
    clearImmediate(this.#starter);
    clearTimeout(this.#budgetTimer);
    this.#ready.clear();
    this.#metrics.depth(0);
    if (this.#places.taken === 0) this.#resolveStopped();
  }
}

function dueAfter(ms: number): number {
  return performance.now() + (Number.isNaN(ms) ? brokenPolicyPauseMs : Math.max(0, ms));
}
