import { between } from '@clb-direct/shared/runtime/backoff.ts';
import { isConflict, KubeError } from '@clb-direct/shared/kube/client/kube-api.ts';
import { withDeadline } from '@clb-direct/shared/runtime/deadline.ts';
import type { Log } from '@clb-direct/shared/runtime/logger.ts';
import { startWorkQueue } from '@clb-direct/shared/runtime/work-queue.ts';
import type { Registry } from 'prom-client';
import type { Bell } from './trigger.ts';
import type { Pulse } from './liveness.ts';

/** A turn that takes longer is cut: every single request in it has a deadline, but they may be tried again. */
export const longestTurnMs = 120_000;

const retryMs = { first: 250, most: 2_000, afterConflict: 100 };

/** Takes turns at one task until the signal aborts: at once, when the bell rings, and as long after a turn as that turn says. */
export async function takeTurns(o: {
  name: string;
  bell: Bell;
  pulse: Pulse;
  /** Returns how long to wait for the next one, in milliseconds. */
  turn(signal: AbortSignal): Promise<number>;
  log: Log;
  registry: Registry;
  signal: AbortSignal;
}): Promise<void> {
  const { name, log, registry, signal } = o;
  const run = async () => {
    try {
      const afterMs = await withDeadline({ ms: longestTurnMs, signal }, (aborted) => o.turn(aborted));
      return { kind: 'recheck', afterMs } as const;
    } finally {
      o.pulse.beat(name);
    }
  };
  const queue = startWorkQueue({ name, concurrency: 1, run, pauseMs, log, registry, signal });
  const stopListening = o.bell.onRing(() => queue.add(name));
  o.pulse.beat(name);
  queue.add(name);
  await queue.stopped;
  stopListening();
  o.pulse.end(name);
}

function pauseMs(error: unknown, failures: number): number {
  if (isConflict(error)) return retryMs.afterConflict * between(1, 2);
  const leastMs = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(leastMs, Math.min(retryMs.most, retryMs.first * 2 ** (failures - 1)) * between(0.5, 1));
}
