import type { Log } from '../../runtime/logger.ts';
import { sleep } from '../../runtime/sleep.ts';
import type { KubeApi } from '../client/kube-api.ts';
import { leases } from '../client/paths.ts';
import { startReflector } from '../reflector/reflector.ts';
import type { LeaseLock } from './lease-lock.ts';

/** The Lease as a candidate sees it without asking. It decides nothing: before a Lease is taken, it is read. */
export interface LeaseWatch {
  /** Whether the Lease changes within this time; the lock has seen the change then. */
  changesWithin(ms: number): Promise<boolean>;
  stop(): Promise<void>;
}

export interface LeaseWatchOptions {
  readonly api: KubeApi;
  readonly namespace: string;
  readonly name: string;
  readonly lock: Pick<LeaseLock, 'saw'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The list and the watch name the Lease, so RBAC can be limited to that name. */
export function watchLease({ api, namespace, name, lock, log, signal }: LeaseWatchOptions): LeaseWatch {
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  let change = Promise.withResolvers<true>();
  const { stopped } = startReflector({
    name: 'lease',
    api,
    path: leases(namespace),
    query: { fieldSelector: `metadata.name=${name}` },
    toView: (raw) => raw,
    onChange: (_, now) => {
      lock.saw(now);
      change.resolve(true);
      change = Promise.withResolvers();
    },
    log,
    signal: ending,
  });
  return {
    changesWithin: async (ms) => {
      const waiting = new AbortController();
      const limit = sleep(ms, AbortSignal.any([ending, waiting.signal])).then(
        () => false,
        () => false,
      );
      return Promise.race([change.promise, limit]).finally(() => waiting.abort());
    },
    stop: async () => {
      stopping.abort();
      await stopped;
    },
  };
}
