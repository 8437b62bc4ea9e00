import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { Clock } from '../runtime/clock.ts';
import type { Health, Holding, Target } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import { createConnectionLog } from './connection-log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createRing } from './ring.ts';
import { markOf, type Since } from './since.ts';
import { summarize, type Summary } from './summary.ts';

/** One API request, refused ones too; listed when it has been answered. */
export interface Call {
  atMs: number;
  endMs: number;
  action: string;
  write: boolean;
  /** The one that it names; null when it names none or several. */
  loadBalancerId: string | null;
  /** How many targets it names. */
  targets: number;
  /** The API's error code; `Http503`, `ConnectionReset`, `AnswerLost` or `NotJson` for faults below the API; null when it went well. */
  code: string | null;
  /** The faults that have hit it. */
  faults: readonly string[];
  request: unknown;
  requestId: string;
}

export interface HealthChange {
  atMs: number;
  loadBalancerId: string;
  listenerId: string;
  /** Null where targets are the listener's own. */
  ruleId: string | null;
  ip: string;
  port: number;
  from: Health;
  to: Health;
  registeredAtMs: number;
  /** How long after its registration the target was Alive for the first time; null for every other change. */
  msToAlive: number | null;
}

export type Numbered<T> = T & { seq: number };

/** Remembers what was asked, how health changed and who got connections. */
export interface Account {
  record(call: Call): void;
  calls(since: number): Numbered<Call>[];
  /** The newest first. */
  recentCalls(count: number): Numbered<Call>[];
  healthChanges(since: number): Numbered<HealthChange>[];
  /** So many new connections came to a target; requests on HTTP and HTTPS listeners. */
  connected: (at: Holding & { target: { ip: string; port: number } }, count?: number) => void;
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

/** Tells each change of health, and of a target's first Alive how long it took. */
function watchHealth({ store, clock }: Options, tell: (change: HealthChange) => void): void {
  const wereAlive = new WeakSet<Target>();
  store.watch((change) => {
    if (change.kind !== 'health') return;
    const { loadBalancer, listener, rule, target } = change.at;
    const { ip, port, health: to, registeredAtMs } = target;
    const atMs = clock.now();
    const isFirst = to === 'Alive' && !wereAlive.has(target);
    if (isFirst) wereAlive.add(target);
    tell({
      ...{ atMs, loadBalancerId: loadBalancer.id, listenerId: listener.id, ruleId: rule?.id ?? null },
      ...{ ip, port, from: change.from, to, registeredAtMs, msToAlive: isFirst ? atMs - registeredAtMs : null },
    });
  });
}

/** Opens the account; with a file, each call and health change is also a JSON line in it. */
export function openAccount(options: Options): Account {
  const { store, clock, file, report } = options;
  const calls = createRing<Call>(remembered);
  const changes = createRing<HealthChange>(remembered);
  const connections = createConnectionLog();
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
      const place = { loadBalancerId: loadBalancer.id, listenerId: listener.id, ruleId: rule?.id ?? null };
      const taker = { ...place, ip, port };
      connections.add(taker, count, clock.now());
      metrics.connected(taker, count);
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
