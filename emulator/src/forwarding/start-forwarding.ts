import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../runtime/clock.ts';
import type { BoundTarget } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import { startCounting } from './count-connections.ts';
import type { Cut } from './cuts.ts';
import { createInstaller } from './installer.ts';
import type { Kernel } from './kernel.ts';
import { startRescheduling } from './reschedule.ts';
import { entrancesOf, planRoutes } from './route.ts';

/** The data plane of L4: follows the state into the kernel. */
export interface Forwarding {
  /** Resolves when the kernel does what the state says now. */
  settled: () => Promise<void>;
  /** Resolves after the signal, when the kernel forwards nothing any more. */
  stopped: () => Promise<void>;
}

interface Options {
  store: Store;
  kernel: Kernel;
  clock: Clock;
  report: (problem: string) => void;
  /** Ends everything; a ruleset that is being written is finished. */
  signal: AbortSignal;
}

/** After the kernel refused a ruleset, how long until it is tried again. */
const retryMs = 500;

const explain = (error: unknown) => (error instanceof Error ? error.message : String(error));

function cutsOf({ loadBalancer, listener, target }: BoundTarget): Cut[] {
  const how = listener.deregisterTargetRst ? 'reset' : 'silence';
  return entrancesOf(loadBalancer, listener).map((entrance) => ({ entrance, target, how }));
}

/** Writes each change of the state as one transaction; changes that come while one is written go out together. */
export function startForwarding(options: Options): Forwarding {
  const { store, kernel, clock, report, signal } = options;
  const install = createInstaller(kernel);
  let cuts: Cut[] = [];
  let isDirty = true;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (isDirty && !signal.aborted) {
      const due = cuts;
      cuts = [];
      isDirty = false;
      try {
        const appeared = await install(planRoutes(store.loadBalancers.values(), connections, store.securityGroups));
        // Only now: a connection cut before would have come back to its old target.
        await kernel.cut([...due, ...appeared]);
      } catch (error) {
        report(explain(error));
        cuts = [...due, ...cuts];
        isDirty = true;
        await sleep(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  function write(): Promise<void> {
    writing ??= writeAll().finally(() => (writing = undefined));
    return writing;
  }
  function change(more: readonly Cut[] = []): void {
    cuts.push(...more);
    isDirty = true;
    // In the next iteration of the event loop, so that all changes of a batch become one transaction.
    setImmediate(() => void write());
  }

  const connections = startCounting({ store, kernel, clock, report, changed: change });
  startRescheduling({ store, clock, report, connections: () => kernel.connections(), cut: change });
  void write();
  store.watch((event) => change(event.kind === 'unbound' ? cutsOf(event.at) : []));

  return {
    async settled() {
      while ((isDirty || writing) && !signal.aborted) await write();
    },
    async stopped() {
      await writing;
      await kernel.close();
    },
  };
}
