import { createHash } from 'node:crypto';
import { EventBudget } from './event-budget.ts';
import type { EventToRecord, ObjectReference } from './event.ts';

/** Equal events, which are one Event in the cluster. */
export interface Series {
  readonly event: EventToRecord;
  readonly name: string;
  readonly firstSeen: string;
  count: number;
  written: number;
  /** Writes in a row that may work later. */
  failures: number;
  nextWriteAtMs: number;
}

/**
 * Most series that are remembered; of the namespace that has most of them the oldest is dropped, and its event starts a
 * new series if it comes again.
 */
const mostSeries = 2_000;

/** Counts equal events, of so many objects and namespaces as fit, and so that none crowds out another. */
export class EventSeries {
  readonly #series = new Map<string, Series>();
  /** By namespace, the oldest first. */
  readonly #keys = new Map<string, Set<string>>();
  readonly #budget = new EventBudget();
  readonly #onDropped: () => void;

  constructor(onDropped: () => void) {
    this.#onDropped = onDropped;
  }

  count(event: EventToRecord): void {
    const key = seriesKey(event);
    const known = this.#series.get(key);
    if (known === undefined && !this.#budget.take(objectKey(event.regarding), performance.now())) {
      this.#onDropped();
      return;
    }
    const entry = known ?? newSeries(event, key);
    entry.count += 1;
    this.#remove(key, event);
    this.#add(key, entry);
    this.#forgetOldest();
  }

  /** What is not written yet: one namespace after the other, so that none waits for all that is said of another one. */
  pending(): readonly Series[] {
    const all = [...this.#series.values()].filter(({ count, written }) => count > written);
    const turns = [...Map.groupBy(all, ({ event }) => namespaceOf(event)).values()].flatMap((some) => [
      ...some.entries(),
    ]);
    return turns.toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
  }

  #forgetOldest(): void {
    if (this.#series.size <= mostSeries) return;
    const [loudest] = [...this.#keys.values()].toSorted((a, b) => b.size - a.size);
    const [key = ''] = loudest ?? [];
    const entry = this.#series.get(key);
    if (entry === undefined) return;
    if (entry.written === 0) this.#onDropped();
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
  return { event, name, firstSeen: new Date().toISOString(), count: 0, written: 0, failures: 0, nextWriteAtMs: 0 };
}

/** Events about objects without a namespace stand in "default". */
export function namespaceOf({ regarding }: EventToRecord): string {
  return regarding.namespace ?? 'default';
}
