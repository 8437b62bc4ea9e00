import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { Clock } from '../runtime/clock.ts';
import type { Target } from '../state/model.ts';
import type { TargetAddress } from '../state/place.ts';
import type { Store } from '../state/store.ts';
import { createConnectionCounts } from './connection-counts.ts';
import type { Call, HealthChange, Numbered } from './entries.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createRing } from './ring.ts';
import { markOf, type Since } from './since.ts';
import { summarize, type Summary } from './summary.ts';

/** Records API calls, changes of health and new connections, and adds them up. */
export interface CallLog {
  record(call: Call): void;
  calls(since: number): Numbered<Call>[];
  /** The newest first. */
  recentCalls(count: number): Numbered<Call>[];
  healthChanges(since: number): Numbered<HealthChange>[];
  /** Counts new connections of a target; on HTTP and HTTPS listeners, requests. */
  connected: (at: TargetAddress, count?: number) => void;
  /** All that happened since, added up. */
  summary(since: Since): Summary;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

const remembered = 200_000;

interface Options {
  store: Store;
  clock: Clock;
  file: string | undefined;
  report: (problem: string) => void;
}

function openFile(path: string, report: (problem: string) => void): WriteStream {
  // Opened here and now, so that a path that cannot be written stops the start.
  const out = createWriteStream(path, { fd: openSync(path, 'a') });
  return out.on('error', (error) => report(`${path}: ${error.message}`));
}

/** Reports each change of health, and for the first Alive of a target how long it took. */
function watchHealth({ store, clock }: Options, changed: (change: HealthChange) => void): void {
  const wereAlive = new WeakSet<Target>();
  store.watch((change) => {
    if (change.kind !== 'health') return;
    const { loadBalancer, listener, rule, target } = change.at;
    const { ip, port, health: to, registeredAtMs } = target;
    const atMs = clock.now();
    const isFirst = to === 'Alive' && !wereAlive.has(target);
    if (isFirst) wereAlive.add(target);
    changed({
      ...{ atMs, loadBalancerId: loadBalancer.id, listenerId: listener.id, ruleId: rule?.id ?? null },
      ...{ ip, port, from: change.from, to, registeredAtMs, msToAlive: isFirst ? atMs - registeredAtMs : null },
    });
  });
}

/** Opens the log. With a file, each call and health change is also written to it as a JSON line. */
export function openCallLog(options: Options): CallLog {
  const { store, clock, file, report } = options;
  const calls = createRing<Call>(remembered);
  const changes = createRing<HealthChange>(remembered);
  const connections = createConnectionCounts();
  const metrics = createMetrics(store);
  const out = file === undefined ? undefined : openFile(file, report);
  const write = (kind: string, entry: object) => out?.write(`${JSON.stringify({ kind, ...entry })}\n`);
  watchHealth(options, (change) => {
    metrics.health(change);
    write('health', changes.add(change));
  });
  return {
    record(call) {
      metrics.call(call);
      write('call', calls.add(call));
    },
    calls: calls.since,
    recentCalls: (count) => calls.since(Math.max(calls.last() - count, 0)).reverse(),
    healthChanges: changes.since,
    connected({ loadBalancer, listener, rule, target: { ip, port } }, count = 1) {
      const ids = { loadBalancerId: loadBalancer.id, listenerId: listener.id, ruleId: rule?.id ?? null };
      connections.add({ ...ids, ip, port }, count, clock.now());
      metrics.connected({ ...ids, ip, port }, count);
    },
    summary(since) {
      const untilMs = clock.now();
      // A mark's numbers leave nothing before it; only a time has to be looked for.
      const isMark = since.call + since.healthChange > 0;
      return summarize({
        untilMs,
        mark: markOf({ call: calls.last(), healthChange: changes.last(), ms: untilMs }),
        calls: calls.since(since.call).filter(({ endMs }) => isMark || endMs >= since.ms),
        healthChanges: changes.since(since.healthChange).filter(({ atMs }) => isMark || atMs >= since.ms),
        connections: connections.since(since.ms),
      });
    },
    metrics,
    close: () => new Promise((resolve) => (out ? out.end(() => resolve()) : resolve())),
  };
}
