import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { sleep } from '@clb-direct/shared/runtime/sleep.ts';
import type { ClbPort, TargetHealth } from '../core/clb-port.ts';
import { pauseAfter } from '../core/pauses.ts';
import { lacksListener } from '../core/sight.ts';
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
  /** A listener that was seen on this CLB is not in the answer: have a whole look at once. */
  readonly onMissing: (loadBalancerId: string) => void;
  /** Asking failed: have a whole turn for these CLBs, which tells people and pauses by itself. */
  readonly onFailed: (loadBalancerIds: readonly string[]) => void;
}

/** Asks for health about once a second while somebody waits for it, all waiting CLBs together; else it asks nothing. */
export async function watchHealth(options: HealthWatchOptions, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedMs = options.nowMs();
    const ids = options.board.awaitingHealth();
    const answered = ids.length === 0 || (await askOnce(ids, options, signal));
    failures = answered ? 0 : failures + 1;
    const pauseMs = failures === 0 ? options.recheckMs : pauseAfter('transient', failures, 1);
    await sleep(Math.max(50, pauseMs - (options.nowMs() - startedMs)), signal).catch(() => undefined);
  }
}

/** False when nothing was answered; the whole turn that follows tells people why. */
async function askOnce(ids: readonly string[], options: HealthWatchOptions, signal: AbortSignal): Promise<boolean> {
  try {
    const healths = await options.clb.describeHealth(ids, signal);
    const byLoadBalancer = Map.groupBy(healths, ({ loadBalancerId }) => loadBalancerId);
    for (const id of ids) hearOne(id, byLoadBalancer.get(id) ?? [], options);
    return true;
  } catch (error) {
    options.log.debug({ loadBalancers: ids, err: error }, 'asking for health failed');
    if (!signal.aborted) options.onFailed(ids);
    return false;
  }
}

function hearOne(id: string, healths: readonly TargetHealth[], options: HealthWatchOptions): void {
  const { board, nowMs, onHeard, onMissing } = options;
  const sight = board.sightOf(id);
  if (sight !== undefined && lacksListener(sight, healths)) onMissing(id);
  const changed = board.hear(id, healths, nowMs());
  if (changed.length > 0) onHeard(id, changed);
}
