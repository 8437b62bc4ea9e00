import { isDrain, rankOf, type Priority, type Flow } from '../domain/flow.ts';
import { createShareBudget, type BudgetLimits, type ShareBudget } from './share-budget.ts';
import { Tally } from './tally.ts';

/**
 * What one share may take of a queue. It begins a run only while it has fewer than there are places left: alone it has
 * half of them, two have a third each, and whoever comes then still finds some, however long the others hold theirs.
 */
export interface Fairness {
  /** Places that only drains take. Drains and other runs of a share are counted apart. */
  readonly keptForDrains: number;
  /** How many runs of one share may begin; drains are counted too, but do not wait for it. Left out: any number. */
  readonly budget?: BudgetLimits;
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
  readonly #drains = new Tally();
  readonly #others = new Tally();

  constructor({ concurrency, fairness }: { concurrency: number; fairness: Fairness | undefined }) {
    this.#concurrency = concurrency;
    this.#fairness = fairness;
    this.#budget = fairness?.budget && createShareBudget(fairness.budget);
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
    this.#tallyOf(running.flow).add(share, 1);
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
    if (running === undefined) return { againAt: Infinity, asked: new Map() };
    this.#running.delete(key);
    this.#tallyOf(running.flow).add(running.flow.share, -1);
    return running;
  }

  /** Notes what the next run of a running key is for. */
  ask(key: string, flow: Flow): void {
    const running = this.#running.get(key);
    if (running === undefined) return;
    const before = running.asked.get(flow.share);
    if (before === undefined || rankOf(flow) < rankOf(before)) running.asked.set(flow.share, flow);
    if (rankOf(flow) < rankOf(running.flow)) this.#raise(running, flow);
  }

  #raise({ flow }: RaisableRunning, { priority }: Flow): void {
    this.#tallyOf(flow).add(flow.share, -1);
    flow.priority = priority;
    this.#tallyOf(flow).add(flow.share, 1);
  }

  mayGo(flow: Flow, nowMs: number): boolean {
    if (this.taken >= this.#concurrency) return false;
    if (this.#fairness === undefined) return true;
    if (this.#tallyOf(flow).of(flow.share) >= this.#leftFor(flow, this.#fairness)) return false;
    return isDrain(flow) || this.#untilMs(flow, nowMs) === 0;
  }

  #leftFor(flow: Flow, { keptForDrains }: Fairness): number {
    const left = this.#concurrency - this.taken;
    return isDrain(flow) ? left : Math.min(left, this.#concurrency - keptForDrains - this.#others.total);
  }

  #tallyOf(flow: Flow): Tally {
    return isDrain(flow) ? this.#drains : this.#others;
  }

  /** How long until a budget lets the first of these go; Infinity: none waits for a budget. */
  untilBudgetMs(flows: Iterable<Flow>, nowMs: number): number {
    return Math.min(Infinity, ...[...flows].map((flow) => this.#untilMs(flow, nowMs) || Infinity));
  }

  #untilMs(flow: Flow, nowMs: number): number {
    return isDrain(flow) ? 0 : (this.#budget?.untilMs(flow.share, nowMs) ?? 0);
  }
}
