import type { Registry } from 'prom-client';
import type { Log } from './logger.ts';

/** What a run tells the queue; a failure is a thrown error. */
export type Outcome = { readonly kind: 'settled' } | { readonly kind: 'recheck'; readonly afterMs: number };

/** Keys waiting to be worked on. A key never runs twice at once, and no add is lost. */
export interface WorkQueue {
  /** Runs the key as soon as possible; while it runs, asks for one more run. */
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
  readonly concurrency: number;
  run(key: string, signal: AbortSignal): Promise<Outcome>;
  /** The pause after the n-th failure in a row. Infinity: no try until the next add. */
  pauseMs(error: unknown, failures: number): number;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

export declare function startWorkQueue(options: WorkQueueOptions): WorkQueue;
