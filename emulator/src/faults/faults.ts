import type { ApiError } from '../errors/api-error.ts';
import type { Outcome } from '../calls/outcome.ts';
import type { Language } from '../limits/rate-limit.ts';
import type { BoundTarget } from '../state/place.ts';
import { createEntry, isActive, strikes, type Entry } from './entry.ts';
import type { Effects, FaultWorld, Work } from './definition/fault.ts';
import type { Fault } from './fault-kinds.ts';
import { subjectOfProbe, type Subject } from './subject.ts';

/** A call on its way, and the names of the faults that have hit it. */
export interface FaultyCall extends Subject {
  readonly action: string;
  readonly hitBy: string[];
}

/** A fault and what became of it. */
export interface FaultReport {
  fault: Fault;
  hits: number;
  /** False before and after its time, and when it has struck as often as it may. */
  isActive: boolean;
}

/** The faults in force, by a name that their maker chose. */
export interface Faults {
  put(name: string, fault: Fault): void;
  remove(name: string): boolean;
  list(): Record<string, FaultReport>;
  /** Around a call as the network sees it. */
  call(call: FaultyCall, next: () => Promise<Outcome>): Promise<Outcome>;
  /** Why the gateway refuses a call; undefined when it does not. */
  refusal(call: FaultyCall, language: Language): ApiError | undefined;
  /** Around the action itself. */
  work(call: FaultyCall, work: Work, run: (work: Work) => Promise<object>): Promise<object>;
  refusesProbe: (at: BoundTarget) => boolean;
}

type Next<G, R> = (given: G) => Promise<R>;

interface Options extends FaultWorld {
  randomSeed: number;
  /** Called with each hit. */
  hit?: (name: string, kind: string) => void;
}

/** Every fault that strikes closes around those set after it; what is in the middle is the work itself. */
function around<G, R>(
  entries: Iterable<Entry>,
  hits: (entry: Entry) => boolean,
  effectOf: (effects: Effects) => ((given: G, next: Next<G, R>) => Promise<R>) | undefined,
  run: Next<G, R>,
): Next<G, R> {
  return [...entries].reduceRight<Next<G, R>>((next, entry) => {
    const effect = effectOf(entry.effects);
    return effect ? (given) => (hits(entry) ? effect(given, next) : next(given)) : next;
  }, run);
}

type Named = ReadonlyMap<string, Entry>;

/** Decides what a fault hits and counts it. */
function createHits({ clock, hit }: Options) {
  function count(entry: Entry, call?: FaultyCall): void {
    entry.hits += 1;
    call?.hitBy.push(entry.name);
    hit?.(entry.name, entry.kind.kind);
  }
  return {
    on: (call: FaultyCall) => (entry: Entry) => {
      const isHit = strikes(entry, call, clock.now());
      if (isHit) count(entry, call);
      return isHit;
    },
    refusal(entries: Named, call: FaultyCall, language: Language): ApiError | undefined {
      for (const entry of entries.values()) {
        const { refusal } = entry.effects;
        const error = refusal && strikes(entry, call, clock.now()) ? refusal(language) : undefined;
        if (error) count(entry, call);
        if (error) return error;
      }
      return undefined;
    },
    ofProbe(entries: Named, at: BoundTarget): boolean {
      const subject = subjectOfProbe(at);
      const fails = ({ effects }: Entry) => effects.failsProbes?.() === true;
      const found = [...entries.values()].find((entry) => fails(entry) && strikes(entry, subject, clock.now()));
      if (found) count(found);
      return found !== undefined;
    },
  };
}

/** Starts without any fault. */
export function createFaults(options: Options): Faults {
  const entries = new Map<string, Entry>();
  const { clock } = options;
  const hits = createHits(options);

  function remove(name: string): boolean {
    entries.get(name)?.effects.end?.();
    return entries.delete(name);
  }
  function report(entry: Entry): FaultReport {
    return { fault: entry.fault, hits: entry.hits, isActive: isActive(entry, clock.now()) };
  }

  return {
    put(name, fault) {
      remove(name);
      entries.set(name, createEntry(name, fault, options));
    },
    remove,
    list: () => Object.fromEntries([...entries].map(([name, entry]) => [name, report(entry)])),
    call(call, run) {
      const effectOf = ({ call: effect }: Effects) =>
        effect && ((_given: null, next: Next<null, Outcome>) => effect(() => next(null)));
      return around(entries.values(), hits.on(call), effectOf, run)(null);
    },
    refusal: (call, language) => hits.refusal(entries, call, language),
    work: (call, work, run) => around(entries.values(), hits.on(call), (effects) => effects.work, run)(work),
    refusesProbe: (at) => hits.ofProbe(entries, at),
  };
}
