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

/** Writes each change of the state as one transaction; changes that come while one is written go out together. */
export function startForwarding({ store, kernel, report, signal }: Options): Forwarding {
  let cuts: Cut[] = [];
  let applied: string | undefined;
  let routes: readonly Route[] = [];
  let rotation = 0;
  let isDirty = true;
  let writing: Promise<void> | undefined;

  async function writeOnce(): Promise<void> {
    isDirty = false;
    const due = cuts;
    cuts = [];
    const wanted = planRoutes(store.loadBalancers.values());
    const text = renderRuleset(wanted);
    if (text !== applied) {
      rotation += 1;
      await kernel.apply(renderRuleset(wanted, rotation));
      due.push(...untranslated(wanted, routes));
      applied = text;
      routes = wanted;
    }
    // Only now: a connection cut before would have come back to its old target.
    for (const cut of due) await kernel.cut(cut);
  }

  async function writeAll(): Promise<void> {
    while (isDirty && !signal.aborted) {
      const due = cuts;
      try {
        await writeOnce();
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

  store.watch((change) => {
    if (change.kind === 'unbound') cuts.push(...cutsOf(change.at));
    isDirty = true;
    // One turn of the event loop, so that the many changes of one batch become one transaction.
    setImmediate(() => void write());
  });

  return {
    settled: () => (isDirty || writing ? write() : Promise.resolve()),
    stopped: () => writing ?? Promise.resolve(),
  };
}
