import type { Clock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { BoundTarget, Target } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import type { ProbeRequest } from './probe.ts';
import { afterProbe, unprobed } from './streak.ts';

interface Options {
  store: Store;
  clock: Clock;
  random: Random;
  /** Divides intervals: 5 makes a check of 5 s run every second. */
  speed: number;
  source: string | undefined;
  probe: (request: ProbeRequest) => Promise<boolean>;
  refuses: (at: BoundTarget) => boolean;
  signal: AbortSignal;
}

/** Probes one target until it is taken off; the returned function does that. */
function probeTarget(options: Options, at: BoundTarget): () => void {
  const { store, clock, random, speed, source, probe, refuses, signal } = options;
  const check = at.listener.healthCheck;
  const intervalMs = (check.IntervalTime * 1000) / speed;
  // A quick clock must not make probes impatient: on a busy machine a handshake may take a while.
  const timeoutMs = Math.min(check.TimeOut * 1000, intervalMs);
  let streak = unprobed;
  let stopped = false;

  async function tick(): Promise<void> {
    const startedAtMs = clock.now();
    const { ip, port } = at.target;
    const request = { ip, port: check.CheckPort ?? port, check, timeoutMs, source };
    const succeeded = !refuses(at) && (await probe(request));
    // Taken off (or refused) while the probe was under way: its result belongs to nobody.
    if (stopped || signal.aborted) return;
    streak = afterProbe(streak, succeeded && !refuses(at), check);
    store.setHealth(at, streak.health);
    cancel = clock.after(Math.max(intervalMs - (clock.now() - startedAtMs), 0), () => void tick());
  }
  // Probing nodes are not in step with registration: the first probe comes at any time within one interval.
  let cancel = clock.after(random() * intervalMs, () => void tick());
  return () => {
    stopped = true;
    cancel();
  };
}

/** Probes every bound target whose health check is on and writes what it finds into the state. */
export function startHealth(options: Options): void {
  const { store } = options;
  const probed = new Map<Target, () => void>();
  store.watch((change) => {
    if (change.kind === 'bound') {
      if (change.at.listener.healthCheck.HealthSwitch === 0) store.setHealth(change.at, 'Close');
      else probed.set(change.at.target, probeTarget(options, change.at));
    }
    if (change.kind === 'unbound') {
      probed.get(change.at.target)?.();
      probed.delete(change.at.target);
    }
  });
}
