import { rankOf, type Flow } from '../domain/flow.ts';
import { Turns } from './turns.ts';

/** The items of one flow, the oldest first, each with the time at which it came. */
interface Line<T> {
  readonly key: string;
  readonly flow: Flow;
  readonly since: Map<T, number>;
}

/** Items that wait for their turn, each in the line of every flow that was asked for it; the most urgent one counts. */
export class FairLine<T> {
  readonly #ageMs: number;
  readonly #lines = new Map<string, Line<T>>();
  readonly #linesOf = new Map<T, Set<string>>();
  /** Among equals the share that had its turn longest ago is first, and of one share the line. */
  readonly #turnsOfShares = new Turns();
  readonly #turnsOfLines = new Turns();

  /**
   * What has waited for this long goes one priority up, so that nothing starves; never among the drains, which must not
   * wait for what only waits long.
   */
  constructor({ ageMs }: { ageMs: number }) {
    this.#ageMs = ageMs;
  }

  get size(): number {
    return this.#linesOf.size;
  }

  has(item: T): boolean {
    return this.#linesOf.has(item);
  }

  /** The flows for which something waits. */
  flows(): readonly Flow[] {
    return [...this.#lines.values()].map(({ flow }) => flow);
  }

  /** An item that waits in this line already keeps its place. */
  add(item: T, flow: Flow, nowMs: number): void {
    const key = `${flow.priority}/${flow.share}`;
    const line = this.#lines.get(key) ?? { key, flow: { ...flow }, since: new Map<T, number>() };
    if (!line.since.has(item)) line.since.set(item, nowMs);
    this.#lines.set(key, line);
    this.#linesOf.set(item, (this.#linesOf.get(item) ?? new Set()).add(key));
  }

  delete(item: T): void {
    for (const key of this.#linesOf.get(item) ?? []) {
      const since = this.#lines.get(key)?.since;
      since?.delete(item);
      if (since?.size === 0) this.#lines.delete(key);
    }
    this.#linesOf.delete(item);
  }

  clear(): void {
    this.#lines.clear();
    this.#linesOf.clear();
  }

  /** Takes the next item out of every line. Flows that may not go are passed over. */
  next(nowMs: number, mayGo: (flow: Flow) => boolean): { readonly item: T; readonly flow: Flow } | undefined {
    let first: Line<T> | undefined;
    for (const line of this.#lines.values()) {
      if (mayGo(line.flow) && (first === undefined || this.#isBefore(line, first, nowMs))) first = line;
    }
    if (first === undefined) return undefined;
    const { key, flow, since } = first;
    const [item] = since.keys();
    if (item === undefined) return undefined;
    this.delete(item);
    this.#turnsOfShares.note(flow.share);
    this.#turnsOfLines.note(key);
    return { item, flow };
  }

  #isBefore(a: Line<T>, b: Line<T>, nowMs: number): boolean {
    const byRank = agedRank(a, nowMs, this.#ageMs) - agedRank(b, nowMs, this.#ageMs);
    if (byRank !== 0) return byRank < 0;
    const byShare = this.#turnsOfShares.compare(a.flow.share, b.flow.share);
    return byShare !== 0 ? byShare < 0 : this.#turnsOfLines.compare(a.key, b.key) < 0;
  }
}

/** By the item that has waited longest. */
function agedRank<T>({ flow, since }: Line<T>, nowMs: number, ageMs: number): number {
  const rank = rankOf(flow);
  const [sinceMs = nowMs] = since.values();
  return rank === 0 ? 0 : Math.max(1, rank - Math.floor((nowMs - sinceMs) / ageMs));
}
