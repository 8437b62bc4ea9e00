import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ClbPort, TargetHealth } from '../core/clb-port.ts';
import type { Board } from './board.ts';

export interface HealthWatchOptions {
  readonly clb: ClbPort;
  readonly board: Board;
  readonly log: Log;
  /** How often to ask while somebody waits. */
  readonly recheckMs: number;
  readonly nowMs: () => number;
  /** The health of these addresses changed, or a plan waits for health on this CLB. */
  readonly onHeard: (loadBalancerId: string, changedIps: readonly string[]) => void;
  /** Asking failed: have a whole turn for these CLBs, which tells people and pauses by itself. */
  readonly onFailed: (loadBalancerIds: readonly string[]) => void;
}

/** Asks for health about once a second while somebody waits for it, all waiting CLBs together; else it asks nothing. */
export async function watchHealth(options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const startedMs = options.nowMs();
    const ids = options.board.awaitingHealth();
    if (ids.length > 0) await askOnce(ids, options, signal);
    await sleep(Math.max(50, options.recheckMs - (options.nowMs() - startedMs)), signal).catch(() => undefined);
  }
}

async function askOnce(ids: readonly string[], options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  try {
    const healths = await options.clb.describeHealth(ids, signal);
    const byLoadBalancer = Map.groupBy(healths, ({ loadBalancerId }) => loadBalancerId);
    for (const [id, own] of byLoadBalancer) hearOne(id, own, options);
  } catch (error) {
    if (signal.aborted) return;
    options.log.warn({ loadBalancers: ids, err: error }, 'asking for health failed');
    options.onFailed(ids);
  }
}

function hearOne(id: string, healths: readonly TargetHealth[], { board, nowMs, onHeard }: HealthWatchOptions): void {
  const changed = board.hear(id, healths, nowMs());
  if (changed.length > 0) onHeard(id, changed);
}
