import type { Registry } from 'prom-client';
import type { Log } from '../runtime/logger.ts';
import type { KubeApi } from './kube-api.ts';

/** A live copy of one collection, reduced to the fields that are used. */
export interface Reflector<T> {
  /** By "namespace/name", or "name" for cluster-scoped objects. */
  readonly items: ReadonlyMap<string, T>;
  isSynced(): boolean;
  /** Resolves after the first whole list was delivered; rejects when stopped before. */
  readonly synced: Promise<void>;
  /** Time since the API server last said anything. Grows without end when the watch is dead. */
  lastContactAgeMs(): number;
  readonly stopped: Promise<void>;
}

export interface ReflectorOptions<T> {
  readonly name: string;
  readonly api: KubeApi;
  readonly path: string;
  readonly query?: { readonly labelSelector?: string; readonly fieldSelector?: string };
  /** Keeps only the used fields; undefined leaves the object out. */
  toView(raw: unknown): T | undefined;
  /** Called after items was updated, only when the view really changed. */
  onChange(key: string, now: T | undefined, before: T | undefined): void;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

export declare function startReflector<T>(options: ReflectorOptions<T>): Reflector<T>;
