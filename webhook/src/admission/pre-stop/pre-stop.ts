import type { RawObject } from '@clb-direct/shared/domain/raw.ts';
import { judgeSleep, type SleepOutcome, type SleepRule, type SleepVerdict } from './judge-sleep.ts';
import type { SleepWish } from './sleep-wish.ts';

/** Judges the preStop sleep of a new pod from memory. */
export type JudgePreStop = (pod: RawObject | undefined, namespace: string) => SleepVerdict;

/** The first API server on which the field is on by default. */
const firstMinor = 30;

export function createPreStop(o: {
  readonly rule: SleepRule;
  readonly namespaceWish: (namespace: string) => SleepWish | undefined;
  /** Of the API server's `1.minor`. */
  readonly serverMinor: () => number | undefined;
  readonly count: (outcome: SleepOutcome) => void;
}): JudgePreStop {
  return (pod, namespace) => {
    const isKnown = (o.serverMinor() ?? 0) >= firstMinor;
    const verdict = judgeSleep(pod, { rule: o.rule, namespaceWish: o.namespaceWish(namespace), isKnown });
    o.count(verdict.outcome);
    return verdict;
  };
}
