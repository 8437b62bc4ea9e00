import type { Registry } from 'prom-client';
import { createFailureNews } from '../../runtime/failure-news.ts';
import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import { between, createBackoff } from '../../runtime/backoff.ts';
import { isGone, KubeError, type KubeApi } from '../client/kube-api.ts';
import { listPages } from '../client/list-pages.ts';
import { isRefusal } from '../client/refusal.ts';
import { versionOf } from '../client/resource-version.ts';
import { reflectorMetrics } from './reflector-metrics.ts';
import { createReflectorStore, type ReflectorStore, type ReflectorStoreOptions } from './reflector-store.ts';

/** A live copy of one collection, reduced to the fields that are used. */
export interface Reflector<T> {
  /** By "namespace/name", or "name" for cluster-scoped objects. */
  readonly items: ReadonlyMap<string, T>;
  isSynced(): boolean;
  /** Resolves after the first whole list was delivered; rejects when stopped before. */
  readonly synced: Promise<void>;
  /** Time since the API server last said anything. Grows without end when the watch is dead. */
  lastContactAgeMs(): number;
  /** How long the API server has refused the list, with nothing else between; 0: it does not. */
  refusedForMs(): number;
  readonly stopped: Promise<void>;
}

export interface ReflectorOptions<T> extends ReflectorStoreOptions<T> {
  readonly name: string;
  readonly api: KubeApi;
  readonly path: string;
  readonly query?: { readonly labelSelector?: string; readonly fieldSelector?: string };
  readonly signal: AbortSignal;
  readonly registry?: Registry;
  /** Called when a list or a watch failed; it is tried again in any case. */
  readonly onFailure?: (error: unknown) => void;
  /** For tests. */
  readonly pace?: Partial<Pace>;
}

export interface Pace {
  readonly pageSize: number;
  /** The server ends each watch after a random time between these, so that watches spread over its replicas. */
  readonly watchSeconds: readonly [number, number];
  readonly idleMs: number;
  /** Between these the whole list is read again, in case a change was lost unnoticed. */
  readonly relistMs: readonly [number, number];
  readonly pauseMs: readonly [number, number];
}

const defaultPace: Pace = {
  pageSize: 500,
  watchSeconds: [240, 480],
  idleMs: 120_000,
  relistMs: [600_000, 1_800_000],
  pauseMs: [800, 30_000],
};
/**
 * So many watches in a row that failed without a word, and the version itself is suspect (an etcd restored from a
 * backup).
 */
const failuresUntilRelist = 3;
/** A watch that lived this long was a good one, even if nothing happened in it. */
const goodWatchMs = 10_000;

/** Lists, then watches, until the signal aborts; every failure leads to a pause and another try. */
export function startReflector<T>(options: ReflectorOptions<T>): Reflector<T> {
  return new Reflecting(options);
}

class Reflecting<T> implements Reflector<T> {
  readonly synced: Promise<void>;
  readonly stopped: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #pace: Pace;
  readonly #log: Log;
  readonly #news = createFailureNews();
  readonly #store: ReflectorStore<T>;
  readonly #metrics: ReturnType<typeof reflectorMetrics>;
  readonly #backoff: ReturnType<typeof createBackoff>;
  readonly #sync = Promise.withResolvers<undefined>();
  #isSynced = false;
  #contactAt = performance.now();
  #refusedAt: number | undefined;
  #version = '';
  #hasHeard = false;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#pace = { ...defaultPace, ...options.pace };
    this.#log = options.log.child({ reflector: options.name });
    this.#store = createReflectorStore({ ...options, log: this.#log });
    this.#metrics = reflectorMetrics(options.name, () => this.lastContactAgeMs(), options.registry);
    this.#backoff = createBackoff({ minMs: this.#pace.pauseMs[0], maxMs: this.#pace.pauseMs[1] });
    this.synced = this.#sync.promise;
    this.synced.catch(() => undefined);
    this.stopped = this.#run();
  }

  get items(): ReadonlyMap<string, T> {
    return this.#store.items;
  }

  isSynced(): boolean {
    return this.#isSynced;
  }

  lastContactAgeMs(): number {
    return performance.now() - this.#contactAt;
  }

  refusedForMs(): number {
    return this.#refusedAt === undefined ? 0 : performance.now() - this.#refusedAt;
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#list();
        await this.#watchUntilRelist();
      } catch (error) {
        await this.#pauseAfter(error);
      }
    }
    this.#sync.reject(signal.reason);
  }

  async #list(): Promise<void> {
    const { api, path, query = {}, signal } = this.#options;
    const views = new Map<string, T>();
    const onPage = () => {
      this.#refusedAt = undefined;
      this.#touch();
    };
    const paging = { api, path, query, pageSize: this.#pace.pageSize, signal, onPage };
    this.#version = await listPages(paging, (raw) => this.#store.collect(raw, views));
    signal.throwIfAborted();
    this.#store.replace(views);
    this.#metrics.relisted();
    this.#metrics.items(this.items.size);
    if (!this.#isSynced) this.#log.info({ items: this.items.size }, 'first list delivered');
    this.#isSynced = true;
    this.#sync.resolve(undefined);
  }

  /** Returns when the list is to be read again: by plan, or because the version is lost. */
  async #watchUntilRelist(): Promise<void> {
    const relistAt = performance.now() + between(...this.#pace.relistMs);
    let failures = 0;
    while (performance.now() < relistAt && failures < failuresUntilRelist) {
      try {
        await this.#watchOnce(relistAt);
        failures = 0;
      } catch (error) {
        if (isGone(error) || this.#options.signal.aborted) throw error;
        failures = this.#hasHeard ? 0 : failures + 1;
        await this.#pauseAfter(error);
      }
    }
  }

  async #watchOnce(relistAt: number): Promise<void> {
    const { api, path, signal } = this.#options;
    const secondsLeft = Math.ceil((relistAt - performance.now()) / 1_000);
    const timeoutSeconds = Math.min(Math.ceil(between(...this.#pace.watchSeconds)), Math.max(1, secondsLeft));
    const query = { ...this.#options.query, resourceVersion: this.#version, timeoutSeconds };
    const startedAt = performance.now();
    this.#hasHeard = false;
    for await (const { type, object } of api.watch({ path, query, signal, idleMs: this.#pace.idleMs })) {
      signal.throwIfAborted();
      this.#hasHeard = true;
      this.#touch();
      this.#backoff.reset();
      this.#take(type, object);
    }
    this.#touch();
    if (performance.now() - startedAt >= goodWatchMs) this.#backoff.reset();
    else if (!this.#hasHeard) await this.#pause();
  }

  #take(type: string, object: unknown): void {
    if (type === 'DELETED') this.#store.remove(object);
    else if (type !== 'BOOKMARK') this.#store.apply(object);
    this.#version = versionOf(object) ?? this.#version;
    this.#metrics.items(this.items.size);
  }

  #touch(): void {
    this.#contactAt = performance.now();
  }

  async #pauseAfter(error: unknown): Promise<void> {
    if (this.#options.signal.aborted) return;
    this.#metrics.failed();
    this.#refusedAt = isRefusal(error) ? (this.#refusedAt ?? performance.now()) : undefined;
    this.#options.onFailure?.(error);
    const level = this.#news.levelOf('', error);
    this.#log[level]({ err: error }, 'list or watch failed, trying again');
    await this.#pause(error instanceof KubeError ? error.retryAfterMs : 0);
  }

  /** Ends without a word on abort: the loops look at the signal themselves. */
  async #pause(leastMs = 0): Promise<void> {
    const { signal } = this.#options;
    await sleep(Math.max(leastMs, this.#backoff.nextMs()), signal).catch(() => undefined);
  }
}
