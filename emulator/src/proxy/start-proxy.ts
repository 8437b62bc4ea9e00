import { setTimeout as sleep } from 'node:timers/promises';
import { listenerOrRule, placesOf, type Place, type TargetAddress } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import { planProxy } from './config.ts';
import { startProcess, type Watch } from './start-process.ts';
import type { Taken } from './taken.ts';
import type { ProxySettings } from './upstream.ts';

/** The data plane of L7 and TCP_SSL: follows the state into the proxy's process. */
export interface ProxyPlane {
  /** Resolves when the proxy does what the state says now. */
  settled: () => Promise<void>;
  /** Resolves after the signal, when the process has ended. */
  stopped: () => Promise<void>;
}

interface Options {
  store: Store;
  settings: ProxySettings;
  report: (problem: string) => void;
  /** Called with new requests, or TCP_SSL connections; undefined: they are not counted. */
  connected?: ((at: TargetAddress, count: number) => void) | undefined;
  signal: AbortSignal;
}

/** After the process ended by itself, or did not answer, how long until another try. */
const retryMs = 500;

/** Keeps one process doing what the state says; starts it when there is something to do. */
function createWriter({ store, settings }: Pick<Options, 'store' | 'settings'>, watch: Watch) {
  let child: ReturnType<typeof startProcess> | undefined;
  let applied = '';
  return {
    async write(): Promise<string[]> {
      const config = planProxy(store);
      const text = JSON.stringify(config);
      if (child?.isGone()) child = undefined;
      if (child ? text === applied : config.listeners.length === 0) return [];
      child ??= startProcess(settings, watch);
      const problems = await child.send(config);
      applied = text;
      return problems;
    },
    end: () => child?.end(),
  };
}

function findPool({ loadBalancers }: Store, poolId: string): Place | undefined {
  return [...loadBalancers.values()].flatMap(placesOf).find((place) => listenerOrRule(place).id === poolId);
}

/** Starts the process when there is a listener for it, and again when it ends by itself. */
export function startProxy(options: Options): ProxyPlane {
  const { store, report, connected, signal } = options;
  let isDirty = true;
  let writing: Promise<void> | undefined;
  const isOver = () => signal.aborted;

  async function writeAll(): Promise<void> {
    while (isDirty && !isOver()) {
      isDirty = false;
      try {
        (await writer.write()).forEach(report);
      } catch (error) {
        if (!isOver()) report(error instanceof Error ? error.message : String(error));
        await writer.end();
        isDirty = true;
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
  function write(): Promise<void> {
    writing ??= writeAll().finally(() => (writing = undefined));
    return writing;
  }
  function change(): void {
    isDirty = true;
    // In the next iteration of the event loop, so that all changes of a batch go out together.
    setImmediate(() => void write());
  }
  function ended(): void {
    if (signal.aborted) return;
    report('the proxy ended');
    change();
  }
  function taken(all: readonly Taken[]): void {
    for (const { poolId, count, ...target } of connected ? all : []) {
      const place = findPool(store, poolId);
      if (place) connected?.({ ...place, target }, count);
    }
  }
  const writer = createWriter(options, { ended, taken });

  store.watch(change);
  signal.addEventListener('abort', () => void writer.end());
  return {
    async settled() {
      while ((isDirty || writing) && !signal.aborted) await write();
    },
    async stopped() {
      await writing;
      await writer.end();
    },
  };
}
