import type { Registry } from 'prom-client';
import type { Log } from '../../runtime/logger.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { startReflector } from './reflector.ts';

/** One object that is watched. */
export interface NamedObject {
  /** Of the reflector, in logs and metrics. */
  readonly label: string;
  /** Of its collection. */
  readonly path: string;
  readonly name: string;
  /** What of it counts as a change; never a secret, for it is kept. */
  readonly toView: (raw: unknown) => unknown;
}

export interface WatchesByName {
  /** All of them work, so that no change stays unnoticed for long. */
  isLive: () => boolean;
  readonly stopped: Promise<void>;
}

export interface WatchByNameOptions {
  readonly api: KubeApi;
  readonly objects: readonly NamedObject[];
  readonly onChange: () => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
}

/** One object's watch is cheap, and a repair waits for it: back soon, even after a long outage. */
const pace = { pauseMs: [500, 2_000] } as const;

/** API servers send a bookmark once a minute, and a watch that is silent for two minutes is cut. */
const silentMs = 150_000;

/**
 * Watches a few objects. A change carries nothing: the current state has to be read. Each watch names its object, so
 * RBAC can be limited to that name. Ends with the signal.
 */
export function watchByName({ objects, ...options }: WatchByNameOptions): WatchesByName {
  const reflectors = objects.map(({ label, path, name, toView }) =>
    startReflector({ ...options, name: label, path, query: { fieldSelector: `metadata.name=${name}` }, toView, pace }),
  );
  return {
    isLive: () => reflectors.every((one) => one.isSynced() && one.lastContactAgeMs() < silentMs),
    stopped: Promise.all(reflectors.map(({ stopped }) => stopped)).then(() => undefined),
  };
}
