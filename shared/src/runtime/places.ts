import { isDrain, rankOf, type Priority, type Flow } from '../domain/flow.ts';
import { createShareBudget, type BudgetLimits, type ShareBudget } from './share-budget.ts';

/** What one share may take of a queue. */
export interface Fairness {
  /** How many drains of one share may run at once, and how many of its other runs. */
  readonly mostOfShare: number;
  /** Places that only drains take. */
  readonly keptForDrains: number;
  /** How many runs of one share may begin; drains are counted too, but do not wait for it. */
  readonly budget: BudgetLimits;
}

/** A key that runs. */
export interface Running {
  /** Rises with what is asked for meanwhile, so that a drain does not wait for its own CLB's look. */
  readonly flow: Flow;
  /** When it shall run again; Infinity: not yet asked for. */
  againAt: number;
  /** By share: the flows of the next run. */
  readonly asked: Map<string, Flow>;
}

interface RaisableRunning extends Running {
  readonly flow: { priority: Priority; readonly share: string };
}

/** The places of a queue and the keys that hold them. */
export class Places {
  readonly #concurrency: number;
  readonly #fairness: Fairness | undefined;
  readonly #budget: ShareBudget | undefined;
  readonly #running = new Map<string, RaisableRunning>();

  constructor({ concurrency, fairness }: { concurrency: number; fairness: Fairness | undefined }) {
    this.#concurrency = concurrency;
    this.#fairness = fairness;
    this.#budget = fairness === undefined ? undefined : createShareBudget(fairness.budget);
  }

  get taken(): number {
    return this.#running.size;
  }

  at(key: string): Running | undefined {
    return this.#running.get(key);
  }

  take(key: string, { priority, share }: Flow, nowMs: number): Running {
    const running = { flow: { priority, share }, againAt: Infinity, asked: new Map<string, Flow>() };
    this.#running.set(key, running);
    this.#budget?.spend(share, nowMs);
    return running;
  }

  refund(key: string, nowMs: number): void {
    const share = this.#running.get(key)?.flow.share;
    if (share !== undefined) this.#budget?.refund(share, nowMs);
  }

  /** Returns what was asked for while it ran. */
  leave(key: string): Pick<Running, 'againAt' | 'asked'> {
    const running = this.#running.get(key);
    this.#running.delete(key);
    return running ?? { againAt: Infinity, asked: new Map() };
  }

  /** Notes what the next run of a running key is for. */
  ask(key: string, flow: Flow): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    const before = running.asked.get(flow.share);
    if (before === undefined || rankOf(flow) < rankOf(before)) running.asked.set(flow.share, flow);
    if (rankOf(flow) < rankOf(running.flow)) running.flow.priority = flow.priority;
  }

  mayGo(flow: Flow, nowMs: number): boolean {
    if (this.taken >= this.#concurrency) return false;
    if (this.#fairness === undefined) return true;
    const { mostOfShare, keptForDrains } = this.#fairness;
    const mostOfAll = this.#concurrency - keptForDrains;
    const running = [...this.#running.values()].map((one) => one.flow);
    const own = running.filter(({ share }) => share === flow.share);
    if (own.length >= mostOfAll) return false;
    const isAlike = (one: Flow) => isDrain(one) === isDrain(flow);
    if (own.filter(isAlike).length >= mostOfShare) return false;
    return isDrain(flow) || (running.filter(isAlike).length < mostOfAll && this.#untilMs(flow, nowMs) === 0);
  }

  /** How long until a budget lets the first of these go; Infinity: none waits for a budget. */
  untilBudgetMs(flows: Iterable<Flow>, nowMs: number): number {
    return Math.min(Infinity, ...[...flows].map((flow) => this.#untilMs(flow, nowMs) || Infinity));
  }

  #untilMs(flow: Flow, nowMs: number): number {
    return isDrain(flow) ? 0 : (this.#budget?.untilMs(flow.share, nowMs) ?? 0);
  }
}
