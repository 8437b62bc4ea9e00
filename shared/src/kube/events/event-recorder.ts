import { createHash } from 'node:crypto';
import type { Counter, Registry } from 'prom-client';
import { longestMessage, safeText } from '../../domain/safe-text.ts';
import type { Log } from '../../runtime/logger.ts';
import { counter } from '../../runtime/metrics.ts';
import { withDeadline } from '../../runtime/deadline.ts';
import { sleep } from '../../runtime/sleep.ts';
import { isNotFound, patchType, type KubeApi } from '../client/kube-api.ts';
import { EventBudget } from './event-budget.ts';
import { event as eventPath, events as eventsPath } from '../client/paths.ts';

export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

export interface EventToRecord {
  readonly regarding: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export interface EventRecorder {
  /** Never throws and never waits; repeats are counted on one Event. */
  record(event: EventToRecord): void;
  /** Sends what is still queued; ends early when the signal aborts. */
  flush(signal: AbortSignal): Promise<void>;
}

export interface EventRecorderOptions {
  readonly api: KubeApi;
  readonly component: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly registry?: Registry;
  /** How often a repeated event may be counted up. Default 10 s. */
  readonly repeatMs?: number;
}

interface Series {
  readonly event: EventToRecord;
  readonly name: string;
  readonly firstSeen: string;
  count: number;
  written: number;
  nextWriteAtMs: number;
}

/**
 * Most series that are remembered; of the namespace that has most of them the oldest is dropped, and its event starts a
 * new series if it comes again.
 */
const mostSeries = 2_000;
/** So many are written before those that came meanwhile have their turn. */
const mostInTurn = 50;
const writeMs = 5_000;

/**
 * Writes core/v1 Events. Equal events are aggregated into one object whose count grows, and are written at a limited
 * rate; a rate limit for each object drops events about an object with too many. A failure to write is logged once a
 * minute and affects nothing else.
 */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  /** By namespace, the oldest first. */
  readonly #keys = new Map<string, Set<string>>();
  readonly #budget = new EventBudget();
  readonly #outcomes: Counter<'outcome'>;
  #draining: Promise<void> | undefined;
  #lastComplaintMs = -Infinity;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#outcomes = counter(options.registry, {
      name: 'events_total',
      help: 'Events by outcome.',
      labelNames: ['outcome'],
    });
  }

  record(event: EventToRecord): void {
    const key = seriesKey(event);
    const known = this.#series.get(key);
    if (known === undefined && !this.#budget.take(objectKey(event.regarding), performance.now())) {
      this.#outcomes.inc({ outcome: 'dropped' });
      return;
    }
    const entry = known ?? newSeries(event, key);
    entry.count += 1;
    this.#remove(key, event);
    this.#add(key, entry);
    this.#forgetOldest();
    if (!this.#options.signal.aborted) this.#draining ??= this.#drain();
  }

  async flush(stop: AbortSignal): Promise<void> {
    // What is being written in the background is put back by the program's end, and must not be written twice.
    if (this.#options.signal.aborted) await this.#draining;
    for (const entry of this.#pending()) if (!stop.aborted) await this.#write(entry, stop);
  }

  #forgetOldest(): void {
    if (this.#series.size <= mostSeries) return;
    const [loudest] = [...this.#keys.values()].toSorted((a, b) => b.size - a.size);
    const [key = ''] = loudest ?? [];
    const entry = this.#series.get(key);
    if (entry === undefined) return;
    if (entry.written === 0) this.#outcomes.inc({ outcome: 'dropped' });
    this.#remove(key, entry.event);
  }

  #add(key: string, entry: Series): void {
    const namespace = namespaceOf(entry.event);
    this.#series.set(key, entry);
    this.#keys.set(namespace, (this.#keys.get(namespace) ?? new Set<string>()).add(key));
  }

  #remove(key: string, event: EventToRecord): void {
    const namespace = namespaceOf(event);
    const keys = this.#keys.get(namespace);
    this.#series.delete(key);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(namespace);
  }

  /** One namespace after the other, so that none waits for all that is said of another one. */
  #pending(): readonly Series[] {
    const all = [...this.#series.values()].filter(({ count, written }) => count > written);
    const turns = [...Map.groupBy(all, ({ event }) => namespaceOf(event)).values()].flatMap((some) => [
      ...some.entries(),
    ]);
    return turns.toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
  }

  async #drain(): Promise<void> {
    const { signal } = this.#options;
    // It is known as the running one before it may end.
    await Promise.resolve();
    for (let pending = this.#pending(); pending.length > 0 && !signal.aborted; pending = this.#pending()) {
      const nowMs = performance.now();
      const due = pending.filter(({ nextWriteAtMs }) => nextWriteAtMs <= nowMs);
      for (const entry of due.slice(0, mostInTurn)) await this.#write(entry, signal);
      if (due.length <= mostInTurn && this.#pending().length > 0) await sleep(200, signal).catch(() => undefined);
    }
    // At once, not when the promise settles: what is recorded in between would wait for the next event.
    this.#draining = undefined;
  }

  async #write(entry: Series, stop: AbortSignal): Promise<void> {
    const { count } = entry;
    entry.nextWriteAtMs = performance.now() + (this.#options.repeatMs ?? 10_000);
    try {
      await withDeadline({ ms: writeMs, signal: stop }, (signal) => send(this.#options, entry, signal));
      this.#outcomes.inc({ outcome: 'written' });
    } catch (error) {
      if (stop.aborted) return;
      this.#outcomes.inc({ outcome: 'failed' });
      this.#complain(error, entry);
    }
    // Failed ones too: a namespace that is going takes no events, and trying again would not help.
    entry.written = count;
  }

  #complain(error: unknown, { event: { reason, regarding } }: Series): void {
    const { log, signal } = this.#options;
    if (signal.aborted || performance.now() - this.#lastComplaintMs < 60_000) return;
    this.#lastComplaintMs = performance.now();
    log.warn({ err: error, reason, regarding }, 'could not write an event');
  }
}

function objectKey({ kind, namespace = '', name, uid = '' }: ObjectReference): string {
  return `${kind}/${namespace}/${name}/${uid}`;
}

function seriesKey({ regarding, type, reason, message }: EventToRecord): string {
  return `${objectKey(regarding)} ${type} ${reason} ${message}`;
}

function newSeries(event: EventToRecord, key: string): Series {
  const hash = createHash('sha256').update(`${key} ${Date.now()}`).digest('hex').slice(0, 16);
  // A part of a name must not end with a dash or dot (RFC 1123).
  const name = `${event.regarding.name.slice(0, 230).replace(/[-.]+$/, '')}.${hash}`;
  return { event, name, firstSeen: new Date().toISOString(), count: 0, written: 0, nextWriteAtMs: 0 };
}

async function send(options: EventRecorderOptions, entry: Series, signal: AbortSignal): Promise<void> {
  if (entry.written > 0 && (await countUp(options, entry, signal))) return;
  const path = eventsPath(namespaceOf(entry.event));
  await options.api.call({ method: 'POST', path, body: bodyOf(options.component, entry), signal });
}

/** False when the Event has been cleaned up meanwhile. */
async function countUp({ api }: EventRecorderOptions, entry: Series, signal: AbortSignal): Promise<boolean> {
  const body = { count: entry.count, lastTimestamp: new Date().toISOString() };
  const path = eventPath(namespaceOf(entry.event), entry.name);
  try {
    await api.call({ method: 'PATCH', path, body, contentType: patchType.merge, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** Events about objects without a namespace stand in "default". */
function namespaceOf({ regarding }: EventToRecord): string {
  return regarding.namespace ?? 'default';
}

function bodyOf(component: string, { event, name, firstSeen, count }: Series) {
  const { regarding, type, reason, message } = event;
  return {
    metadata: { name, namespace: namespaceOf(event) },
    involvedObject: regarding,
    type,
    reason,
    message: safeText(message, longestMessage),
    source: { component },
    reportingComponent: component,
    firstTimestamp: firstSeen,
    lastTimestamp: new Date().toISOString(),
    count,
  };
}
