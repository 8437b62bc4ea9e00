import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import type { BoundTarget, Health } from '../state/model.ts';
import type { Store } from '../state/store.ts';
import type { Clock } from '../clock.ts';
import { createRing } from './ring.ts';

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
  ip: string;
  port: number;
  from: Health;
  to: Health;
}

export type Numbered<T> = T & { seq: number };

/** Remembers what was asked and how health changed. */
export interface Account {
  record(call: Call): void;
  calls(since: number): Numbered<Call>[];
  healthChanges(since: number): Numbered<HealthChange>[];
  close(): Promise<void>;
}

const remembered = 200_000;

function toHealthChange({ loadBalancer, listener, target }: BoundTarget, from: Health, atMs: number): HealthChange {
  const { ip, port, health: to } = target;
  return { atMs, loadBalancerId: loadBalancer.id, listenerId: listener.id, ip, port, from, to };
}

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

/** Opens the account; with a file, each call and health change is also a JSON line in it. */
export function openAccount(options: Options): Account {
  const calls = createRing<Call>(remembered);
  const changes = createRing<HealthChange>(remembered);
  const out = options.file === undefined ? undefined : openFile(options.file, options.report);
  const write = (kind: string, entry: object) => out?.write(`${JSON.stringify({ kind, ...entry })}\n`);
  options.store.watch((change) => {
    if (change.kind !== 'health') return;
    write('health', changes.add(toHealthChange(change.at, change.from, options.clock.now())));
  });
  return {
    record: (call) => void write('call', calls.add(call)),
    calls: calls.since,
    healthChanges: changes.since,
    close: () => new Promise((resolve) => (out ? out.end(() => resolve()) : resolve())),
  };
}
