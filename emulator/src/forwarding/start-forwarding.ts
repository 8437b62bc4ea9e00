import { setTimeout as sleep } from 'node:timers/promises';
import type { BoundTarget } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import type { Cut, Kernel } from './kernel.ts';
import { planRoutes, renderRuleset, type Route } from './ruleset.ts';

/** The data plane: follows the state into the kernel. */
export interface Forwarding {
  /** Resolves when the kernel does what the state says now. */
  settled: () => Promise<void>;
  /** Resolves after the signal when nothing is being written any more. */
  stopped: () => Promise<void>;
}

interface Options {
  store: Store;
  kernel: Kernel;
  report: (problem: string) => void;
  /** Ends everything; a ruleset that is being written is finished. */
  signal: AbortSignal;
}

/** After the kernel refused a ruleset, how long until it is tried again. */
const retryMs = 500;

function cutsOf({ loadBalancer, listener, target }: BoundTarget): Cut[] {
  const protocol = listener.protocol === 'TCP' ? 'tcp' : 'udp';
  const to = { targetIp: target.ip, targetPort: target.port };
  return loadBalancer.vips.map((vip) => ({ protocol, vip, port: listener.port, ...to }));
}

/**
 * UDP packets that came while a VIP had no route have left a connection without translation, which later packets
 * would follow: it goes when the route appears.
 */
function untranslated(routes: readonly Route[], before: readonly Route[]): Cut[] {
  return routes
    .filter(({ protocol }) => protocol === 'udp')
    .filter(({ vip, port }) => !before.some((old) => old.protocol === 'udp' && old.vip === vip && old.port === port))
    .map(({ protocol, vip, port }) => ({ protocol, vip, port, targetIp: vip, targetPort: port }));
}

/** Makes the kernel do what the state says, then cuts; a ruleset that is in force already is not written again. */
function createWriter({ store, kernel }: Pick<Options, 'store' | 'kernel'>): (cuts: readonly Cut[]) => Promise<void> {
  let applied: string | undefined;
  let routes: readonly Route[] = [];
  let rotation = 0;
  return async (cuts) => {
    const wanted = planRoutes(store.loadBalancers.values());
    const text = renderRuleset(wanted);
    const appeared = untranslated(wanted, routes);
    if (text !== applied) {
      rotation += 1;
      await kernel.apply(renderRuleset(wanted, rotation));
      applied = text;
      routes = wanted;
    }
    // Only now: a connection cut before would have come back to its old target.
    for (const cut of [...cuts, ...appeared]) await kernel.cut(cut);
  };
}

/** Writes each change of the state as one transaction; changes that come while one is written go out together. */
export function startForwarding(options: Options): Forwarding {
  const { store, report, signal } = options;
  const writeOnce = createWriter(options);
  let cuts: Cut[] = [];
  let isDirty = true;
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    while (isDirty && !signal.aborted) {
      const due = cuts;
      cuts = [];
      isDirty = false;
      try {
        await writeOnce(due);
      } catch (error) {
        report(error instanceof Error ? error.message : String(error));
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

  void write();
  store.watch((change) => {
    if (change.kind === 'unbound') cuts.push(...cutsOf(change.at));
    isDirty = true;
    // One turn of the event loop, so that the many changes of one batch become one transaction.
    setImmediate(() => void write());
  });

  return {
    async settled() {
      while ((isDirty || writing) && !signal.aborted) await write();
    },
    stopped: () => writing ?? Promise.resolve(),
  };
}
