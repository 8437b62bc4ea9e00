import { resolve } from 'node:path';

/** The program that makes the load: load-client.ts HOST PORT REQUESTS-PER-SECOND, until SIGTERM. */
export const loadClient = resolve(import.meta.dirname, 'load-client.ts');

/** What it prints at its end. */
export interface LoadResult {
  readonly sent: number;
  readonly ok: number;
  readonly failures: readonly string[];
  /** Answers by pod. */
  readonly pods: Readonly<Record<string, number>>;
}
